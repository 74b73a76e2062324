package io.millrace.api.telemetry;

import java.util.List;

/** A data point with changes over it, read and written by the same object. */
final class DataPointEdit extends ItemEdit implements DataPoint, EditableDataPoint {
  private final MetricType kind;

  DataPointEdit(
      MetricEdit owner, MetricType kind, byte[] a, int fieldStart, int from, int to, int index) {
    super(owner, a, fieldStart, from, to, index);
    this.kind = kind;
  }

  @Override
  public DataPoint view() {
    return this;
  }

  @Override
  public EditableMetric editableMetric() {
    return (MetricEdit) owner;
  }

  @Override
  public Metric metric() {
    return editableMetric().view();
  }

  @Override
  public EditableAttributes attributes() {
    return new AttributesEdit(this, DataPointView.attributesTag(kind));
  }

  @Override
  public void moveTo(EditableScope target) {
    ScopeEdit scope = (ScopeEdit) target;
    MetricEdit metric = (MetricEdit) owner;
    if (metric.scope() != scope) {
      scope.twin(metric.withoutPoints()).take(this);
    }
  }

  @Override
  public long timeUnixNanos() {
    return base().timeUnixNanos();
  }

  @Override
  public void timeUnixNanos(long nanos) {
    fixed64(3, nanos);
  }

  @Override
  public long startTimeUnixNanos() {
    return base().startTimeUnixNanos();
  }

  @Override
  public void startTimeUnixNanos(long nanos) {
    fixed64(2, nanos);
  }

  @Override
  public long flags() {
    return base().flags();
  }

  @Override
  public void flags(long flags) {
    varint(DataPointView.flagsField(kind), flags);
  }

  @Override
  public boolean hasLongValue() {
    return base().hasLongValue();
  }

  @Override
  public boolean hasDoubleValue() {
    return base().hasDoubleValue();
  }

  @Override
  public long longValue() {
    return base().longValue();
  }

  @Override
  public void longValue(long value) {
    checkNumber();
    dropField(Wire.tag(4, Wire.FIXED64));
    fixed64(6, value);
  }

  @Override
  public double doubleValue() {
    return base().doubleValue();
  }

  @Override
  public void doubleValue(double value) {
    checkNumber();
    dropField(Wire.tag(6, Wire.FIXED64));
    fixed64(4, Double.doubleToRawLongBits(value));
  }

  @Override
  public long count() {
    return base().count();
  }

  @Override
  public double sum() {
    return base().sum();
  }

  @Override
  public boolean hasSum() {
    return base().hasSum();
  }

  @Override
  public double min() {
    return base().min();
  }

  @Override
  public boolean hasMin() {
    return base().hasMin();
  }

  @Override
  public double max() {
    return base().max();
  }

  @Override
  public boolean hasMax() {
    return base().hasMax();
  }

  @Override
  public long[] bucketCounts() {
    return base().bucketCounts();
  }

  @Override
  public double[] explicitBounds() {
    return base().explicitBounds();
  }

  @Override
  public int scale() {
    return base().scale();
  }

  @Override
  public long zeroCount() {
    return base().zeroCount();
  }

  @Override
  public double zeroThreshold() {
    return base().zeroThreshold();
  }

  @Override
  public Buckets positive() {
    return base().positive();
  }

  @Override
  public Buckets negative() {
    return base().negative();
  }

  @Override
  public List<QuantileValue> quantiles() {
    return base().quantiles();
  }

  @Override
  public List<Exemplar> exemplars() {
    return base().exemplars();
  }

  @Override
  EditableItem editable() {
    return this;
  }

  @Override
  MessageView newView() {
    return new DataPointView(metric(), kind, a, from, to, index);
  }

  private DataPointView base() {
    return (DataPointView) read(0);
  }

  private void checkNumber() {
    if (kind != MetricType.GAUGE && kind != MetricType.SUM) {
      throw new IllegalStateException("A data point of a " + kind + " has no single value");
    }
  }
}
