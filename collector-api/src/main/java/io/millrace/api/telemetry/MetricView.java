package io.millrace.api.telemetry;

import java.util.List;

/** A {@code Metric} in place. */
class MetricView extends MessageView implements Metric {
  static final int METADATA = Wire.tag(12, Wire.LEN);
  static final int POINTS = Wire.tag(1, Wire.LEN);

  private final int firstPoint;
  private final MetricType type;

  /** Where the message that holds the points is; an empty range without one. */
  final int dataFrom;

  final int dataTo;

  MetricView(byte[] a, int from, int to, int firstPoint) {
    super(MessageType.METRIC, a, from, to);
    this.firstPoint = firstPoint;
    MetricType found = MetricType.NONE;
    int foundFrom = from;
    int foundTo = from;
    if (from < to) {
      Fields field = new Fields(a, from, to);
      while (found == MetricType.NONE && field.next()) {
        found = typeOf(field.tag);
        foundFrom = field.from;
        foundTo = field.to;
      }
    }
    this.type = found;
    this.dataFrom = found == MetricType.NONE ? from : foundFrom;
    this.dataTo = found == MetricType.NONE ? from : foundTo;
  }

  @Override
  public String name() {
    return text(1);
  }

  @Override
  public String description() {
    return text(2);
  }

  @Override
  public String unit() {
    return text(3);
  }

  @Override
  public final MetricType type() {
    return type;
  }

  @Override
  public int temporality() {
    return (int) data(2);
  }

  @Override
  public boolean monotonic() {
    return type == MetricType.SUM && data(3) != 0;
  }

  @Override
  public Attributes metadata() {
    return new WireAttributes(a, from, to, METADATA);
  }

  @Override
  public Iterable<DataPoint> points() {
    if (type == MetricType.NONE) {
      return List.of();
    }
    return () -> new Data(a, dataFrom, dataTo).messages(POINTS, new Numbering()).iterator();
  }

  static MetricType typeOf(int tag) {
    return switch (tag) {
      case 5 << 3 | Wire.LEN -> MetricType.GAUGE;
      case 7 << 3 | Wire.LEN -> MetricType.SUM;
      case 9 << 3 | Wire.LEN -> MetricType.HISTOGRAM;
      case 10 << 3 | Wire.LEN -> MetricType.EXPONENTIAL_HISTOGRAM;
      case 11 << 3 | Wire.LEN -> MetricType.SUMMARY;
      default -> MetricType.NONE;
    };
  }

  /** Last value of a varint field of the data; 0 when there is none. */
  private long data(int number) {
    long value = 0;
    if (type != MetricType.GAUGE && type != MetricType.SUMMARY) {
      Fields field = new Fields(a, dataFrom, dataTo);
      while (field.next()) {
        if (field.tag == Wire.tag(number, Wire.VARINT)) {
          value = Wire.varint(a, field.from);
        }
      }
    }
    return value;
  }

  /** The message that holds the data points. */
  private static final class Data extends MessageView {
    Data(byte[] a, int from, int to) {
      super(MessageType.GAUGE, a, from, to);
    }
  }

  private final class Numbering implements RangeView<DataPoint> {
    private int next = firstPoint;

    @Override
    public DataPoint of(byte[] array, int pointFrom, int pointTo) {
      return new DataPointView(MetricView.this, type, array, pointFrom, pointTo, next++);
    }
  }
}
