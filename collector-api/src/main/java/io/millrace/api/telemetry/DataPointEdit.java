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
      metric.twinIn(scope).take(this);
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
    check("single value", kind == MetricType.GAUGE || kind == MetricType.SUM);
    dropField(Wire.tag(4, Wire.FIXED64));
    fixed64(6, value);
  }

  @Override
  public double doubleValue() {
    return base().doubleValue();
  }

  @Override
  public void doubleValue(double value) {
    check("single value", kind == MetricType.GAUGE || kind == MetricType.SUM);
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
  public void count(long count) {
    check("count", kind != MetricType.GAUGE && kind != MetricType.SUM);
    fixed64(4, count);
  }

  @Override
  public void sum(double sum) {
    check("sum", kind != MetricType.GAUGE && kind != MetricType.SUM);
    fixed64(5, Double.doubleToRawLongBits(sum));
  }

  @Override
  public void withoutSum() {
    check("unknown sum", isHistogram());
    dropField(Wire.tag(5, Wire.FIXED64));
  }

  @Override
  public void min(double min) {
    check("minimum", isHistogram());
    fixed64(DataPointView.minField(kind), Double.doubleToRawLongBits(min));
  }

  @Override
  public void withoutMin() {
    check("minimum", isHistogram());
    dropField(Wire.tag(DataPointView.minField(kind), Wire.FIXED64));
  }

  @Override
  public void max(double max) {
    check("maximum", isHistogram());
    fixed64(DataPointView.minField(kind) + 1, Double.doubleToRawLongBits(max));
  }

  @Override
  public void withoutMax() {
    check("maximum", isHistogram());
    dropField(Wire.tag(DataPointView.minField(kind) + 1, Wire.FIXED64));
  }

  @Override
  public void buckets(long[] counts, double[] bounds) {
    check("list of buckets", kind == MetricType.HISTOGRAM);
    WireWriter out = new WireWriter(8 * counts.length + 16);
    if (counts.length > 0) {
      out.head(Wire.tag(6, Wire.LEN), 8 * counts.length);
      for (long count : counts) {
        out.fixed64(count);
      }
    }
    replaceFields(Wire.tag(6, Wire.LEN), Wire.tag(6, Wire.FIXED64), out);
    out = new WireWriter(8 * bounds.length + 16);
    if (bounds.length > 0) {
      out.head(Wire.tag(7, Wire.LEN), 8 * bounds.length);
      for (double bound : bounds) {
        out.fixed64(Double.doubleToRawLongBits(bound));
      }
    }
    replaceFields(Wire.tag(7, Wire.LEN), Wire.tag(7, Wire.FIXED64), out);
  }

  @Override
  public void scale(int scale) {
    check("scale", kind == MetricType.EXPONENTIAL_HISTOGRAM);
    varint(6, Wire.zigzag(scale));
  }

  @Override
  public void zero(long count, double threshold) {
    check("zero bucket", kind == MetricType.EXPONENTIAL_HISTOGRAM);
    fixed64(7, count);
    fixed64(14, Double.doubleToRawLongBits(threshold));
  }

  @Override
  public void positive(int offset, long[] counts) {
    buckets(8, offset, counts);
  }

  @Override
  public void negative(int offset, long[] counts) {
    buckets(9, offset, counts);
  }

  @Override
  public void quantiles(List<QuantileValue> quantiles) {
    check("list of quantiles", kind == MetricType.SUMMARY);
    int tag = Wire.tag(6, Wire.LEN);
    WireWriter out = new WireWriter(20 * quantiles.size());
    for (QuantileValue quantile : quantiles) {
      out.head(tag, 18);
      out.fixed64Field(Wire.tag(1, Wire.FIXED64), Double.doubleToRawLongBits(quantile.quantile()));
      out.fixed64Field(Wire.tag(2, Wire.FIXED64), Double.doubleToRawLongBits(quantile.value()));
    }
    replaceFields(tag, tag, out);
  }

  @Override
  public void exemplars(List<Exemplar> exemplars) {
    check("list of exemplars", kind != MetricType.SUMMARY);
    int tag = Wire.tag(DataPointView.exemplarsField(kind), Wire.LEN);
    WireWriter out = new WireWriter(64 * exemplars.size());
    for (Exemplar exemplar : exemplars) {
      ExemplarView view = (ExemplarView) exemplar;
      out.bytesField(tag, view.a, view.from, view.to);
    }
    replaceFields(tag, tag, out);
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

  private void buckets(int number, int offset, long[] counts) {
    check("scale", kind == MetricType.EXPONENTIAL_HISTOGRAM);
    WireWriter out = new WireWriter(counts.length + 24);
    if (offset != 0) {
      out.varintField(Wire.tag(1, Wire.VARINT), Wire.zigzag(offset));
    }
    if (counts.length > 0) {
      int mark = out.begin(Wire.tag(2, Wire.LEN), counts.length);
      for (long count : counts) {
        out.varint(count);
      }
      out.end(mark);
    }
    message(number, out.a, 0, out.size);
  }

  private boolean isHistogram() {
    return kind == MetricType.HISTOGRAM || kind == MetricType.EXPONENTIAL_HISTOGRAM;
  }

  private void check(String what, boolean fits) {
    if (!fits) {
      throw new IllegalStateException("A data point of a " + kind + " has no " + what);
    }
  }
}
