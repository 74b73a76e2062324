package io.millrace.api.telemetry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A metric with changes over it. One thread at a time. */
final class MetricEdit extends ItemList implements EditableMetric {
  private final ScopeEdit scope;
  private final MetricView original;
  private final int firstPoint;
  private MetricType type;

  /** The metric without its data, and the data without its points; made when needed. */
  private @Nullable PartEdit header;

  private @Nullable PartEdit dataHeader;
  private byte @Nullable [] head;

  /** Where a point of this metric went last. */
  private @Nullable MetricEdit twin;

  private boolean touched;
  private boolean removed;
  private boolean added;

  /** The metric in a range of bytes. */
  MetricEdit(ScopeEdit scope, byte[] a, int from, int to, int firstPoint) {
    this.scope = scope;
    this.original = new MetricView(a, from, to, firstPoint);
    this.firstPoint = firstPoint;
    this.type = original.type();
  }

  /** A metric that was not there. */
  static MetricEdit added(ScopeEdit scope, String name, MetricType type) {
    WireWriter out = new WireWriter(64);
    out.textField(Wire.tag(1, Wire.LEN), name);
    out.bytesField(dataTag(type), Wire.NOTHING, 0, 0);
    MetricEdit metric = new MetricEdit(scope, out.a, 0, out.size, 0);
    metric.touched = true;
    metric.added = true;
    return metric;
  }

  @Override
  public Metric view() {
    return new Live();
  }

  @Override
  public void name(String name) {
    header().text(1, name);
  }

  @Override
  public void description(String description) {
    header().text(2, description);
  }

  @Override
  public void unit(String unit) {
    header().text(3, unit);
  }

  @Override
  public void type(MetricType other) {
    if (other == type) {
      return;
    }
    if (!isNumber(other) || !isNumber(type)) {
      throw new IllegalArgumentException("type: " + other + " (expected: " + type + ")");
    }
    describing();
    // In a gauge they are unknown fields, which would come to mean something in a sum.
    dataHeader().dropField(Wire.tag(2, Wire.VARINT));
    dataHeader().dropField(Wire.tag(3, Wire.VARINT));
    type = other;
  }

  @Override
  public void temporality(int temporality) {
    if (type == MetricType.NONE || type == MetricType.GAUGE || type == MetricType.SUMMARY) {
      throw new IllegalArgumentException(
          "temporality: of a " + type + " (expected: a sum or histogram)");
    }
    dataHeader().varint(2, temporality);
  }

  @Override
  public void monotonic(boolean monotonic) {
    if (type != MetricType.SUM) {
      throw new IllegalArgumentException("monotonic: of a " + type + " (expected: a sum)");
    }
    dataHeader().varint(3, monotonic ? 1 : 0);
  }

  @Override
  public EditableAttributes metadata() {
    return new AttributesEdit(header(), MetricView.METADATA);
  }

  @Override
  public Iterable<EditableDataPoint> points() {
    return () -> new ItemCursor<>(list(), item -> (EditableDataPoint) item.editable());
  }

  @Override
  public EditableDataPoint addPoint() {
    if (type == MetricType.NONE) {
      throw new IllegalArgumentException("point: of a metric without data");
    }
    scope.checkAdding(Signal.METRICS);
    DataPointEdit point = new DataPointEdit(this, type, Wire.NOTHING, 0, 0, 0, ItemEdit.NEW);
    append(point);
    return point;
  }

  @Override
  public void remove() {
    scope.session().check();
    removeAll();
    changing();
    scope.session().restructured();
    removed = true;
  }

  @Override
  SessionEdit session() {
    return scope.session();
  }

  @Override
  void changing() {
    touched = true;
    scope.changing();
  }

  @Override
  void load(List<@Nullable ItemEdit> target) {
    if (original.type() == MetricType.NONE) {
      return;
    }
    int next = firstPoint;
    byte[] a = original.a;
    Fields point = session().cursor();
    point.reset(a, original.dataFrom, original.dataTo);
    while (point.next()) {
      if (point.tag == MetricView.POINTS) {
        target.add(
            new DataPointEdit(this, original.type(), a, point.start, point.from, point.to, next++));
      }
    }
  }

  ScopeEdit scope() {
    return scope;
  }

  /** Whether there may be points; without any, none need be looked for. */
  boolean mayHavePoints() {
    return isLoaded() || original.dataFrom < original.dataTo;
  }

  /** Whether it is not to be written. */
  boolean isGone() {
    return removed || isEmptied() || (added && live() == 0);
  }

  /** Whether anything but points was changed. */
  boolean isDescribedAnew() {
    return (header != null && header.isTouched())
        || (dataHeader != null && dataHeader.isTouched())
        || type != original.type();
  }

  /** The same metric without points, encoded; kept, since every point may ask for it. */
  byte[] withoutPoints() {
    byte[] bytes = head;
    if (bytes == null) {
      WireWriter out = new WireWriter(64);
      writeHead(out, false);
      bytes = out.toBytes();
      head = bytes;
    }
    return bytes;
  }

  /** The metric of a scope that takes the points of this one. */
  MetricEdit twinIn(ScopeEdit target) {
    MetricEdit known = twin;
    if (known == null || known.scope != target || known.isGone() || known.isDescribedAnew()) {
      known = target.twin(withoutPoints());
      twin = known;
    }
    return known;
  }

  private PartEdit header() {
    PartEdit known = header;
    if (known == null) {
      WireWriter own = new WireWriter(64);
      writeHeader(own);
      known = new PartEdit(own.a, 0, own.size, this::describing);
      header = known;
    }
    return known;
  }

  private PartEdit dataHeader() {
    PartEdit known = dataHeader;
    if (known == null) {
      WireWriter data = new WireWriter(16);
      writeDataHeader(data);
      known = new PartEdit(data.a, 0, data.size, this::describing);
      dataHeader = known;
    }
    return known;
  }

  private void describing() {
    head = null;
    twin = null;
    changing();
  }

  void writeTo(WireWriter out) {
    if (touched) {
      int mark = out.begin(ScopeGroupView.ITEMS, original.to - original.from);
      writeHead(out, true);
      out.end(mark);
      return;
    }
    out.bytesField(ScopeGroupView.ITEMS, original.a, original.from, original.to);
    if (session().isRestructured()) {
      int count = session().count(MessageType.METRIC, original.a, original.from, original.to);
      session().written(firstPoint, count);
    }
  }

  /** Writes everything but the data. */
  private void writeHeader(WireWriter out) {
    if (header != null) {
      header.writeTo(out);
      return;
    }
    Fields field = session().cursor();
    field.reset(original.a, original.from, original.to);
    while (field.next()) {
      if (MetricView.typeOf(field.tag) == MetricType.NONE) {
        out.raw(original.a, field.start, field.to);
      }
    }
  }

  /** Writes everything of the data but the points. */
  private void writeDataHeader(WireWriter out) {
    if (dataHeader != null) {
      dataHeader.writeTo(out);
      return;
    }
    Fields field = session().cursor();
    field.reset(original.a, original.dataFrom, original.dataTo);
    while (field.next()) {
      if (field.tag != MetricView.POINTS) {
        out.raw(original.a, field.start, field.to);
      }
    }
  }

  private void writeHead(WireWriter out, boolean points) {
    writeHeader(out);
    if (type != MetricType.NONE) {
      int mark = out.begin(dataTag(type), original.to - original.from);
      writeDataHeader(out);
      if (points) {
        writeItems(out, MetricView.POINTS);
      }
      out.end(mark);
    }
  }

  private static int dataTag(MetricType type) {
    return switch (type) {
      case GAUGE -> Wire.tag(5, Wire.LEN);
      case SUM -> Wire.tag(7, Wire.LEN);
      case HISTOGRAM -> Wire.tag(9, Wire.LEN);
      case EXPONENTIAL_HISTOGRAM -> Wire.tag(10, Wire.LEN);
      case SUMMARY -> Wire.tag(11, Wire.LEN);
      case NONE -> throw new IllegalStateException("A metric without data has no points");
    };
  }

  private static boolean isNumber(MetricType type) {
    return type == MetricType.GAUGE || type == MetricType.SUM;
  }

  /** The metric as it is now. */
  private final class Live implements Metric {

    @Override
    public String name() {
      return now().name();
    }

    @Override
    public String description() {
      return now().description();
    }

    @Override
    public String unit() {
      return now().unit();
    }

    @Override
    public MetricType type() {
      return type;
    }

    @Override
    public int temporality() {
      return now().temporality();
    }

    @Override
    public boolean monotonic() {
      return now().monotonic();
    }

    @Override
    public Attributes metadata() {
      return MetricEdit.this.metadata();
    }

    @Override
    public Iterable<DataPoint> points() {
      return () -> new ItemCursor<>(list(), item -> (DataPointEdit) item);
    }

    private Metric now() {
      if (!touched) {
        return original;
      }
      byte[] bytes = withoutPoints();
      return new MetricView(bytes, 0, bytes.length, 0);
    }
  }
}
