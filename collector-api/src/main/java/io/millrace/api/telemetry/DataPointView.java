package io.millrace.api.telemetry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** A data point of any type in place. */
class DataPointView extends MessageView implements DataPoint {
  private final Metric metric;
  private final MetricType kind;
  private final int index;

  DataPointView(Metric metric, MetricType kind, byte[] a, int from, int to, int index) {
    super(typeOf(kind), a, from, to);
    this.metric = metric;
    this.kind = kind;
    this.index = index;
  }

  @Override
  public final int index() {
    return index;
  }

  @Override
  public Metric metric() {
    return metric;
  }

  @Override
  public Attributes attributes() {
    return new WireAttributes(a, from, to, attributesTag(kind));
  }

  @Override
  public long timeUnixNanos() {
    return fixed64(3);
  }

  @Override
  public long startTimeUnixNanos() {
    return fixed64(2);
  }

  @Override
  public long flags() {
    return unsigned32(flagsField(kind));
  }

  @Override
  public boolean hasLongValue() {
    return isNumber() && at(6) > at(4);
  }

  @Override
  public boolean hasDoubleValue() {
    return isNumber() && at(4) > at(6);
  }

  @Override
  public long longValue() {
    if (hasLongValue()) {
      return fixed64(6);
    }
    return hasDoubleValue() ? (long) fixedDouble(4) : 0;
  }

  @Override
  public double doubleValue() {
    if (hasDoubleValue()) {
      return fixedDouble(4);
    }
    return hasLongValue() ? (double) fixed64(6) : 0;
  }

  @Override
  public long count() {
    return isNumber() ? 0 : fixed64(4);
  }

  @Override
  public double sum() {
    return isNumber() ? 0 : fixedDouble(5);
  }

  @Override
  public boolean hasSum() {
    return kind == MetricType.SUMMARY || (isHistogram() && at(5) != 0);
  }

  @Override
  public double min() {
    return isHistogram() ? fixedDouble(minField(kind)) : 0;
  }

  @Override
  public boolean hasMin() {
    return isHistogram() && at(minField(kind)) != 0;
  }

  @Override
  public double max() {
    return isHistogram() ? fixedDouble(minField(kind) + 1) : 0;
  }

  @Override
  public boolean hasMax() {
    return isHistogram() && at(minField(kind) + 1) != 0;
  }

  @Override
  public long[] bucketCounts() {
    return kind == MetricType.HISTOGRAM ? fixed64s(6) : new long[0];
  }

  @Override
  public double[] explicitBounds() {
    if (kind != MetricType.HISTOGRAM) {
      return new double[0];
    }
    return Arrays.stream(fixed64s(7)).mapToDouble(Double::longBitsToDouble).toArray();
  }

  @Override
  public int scale() {
    return isExponential() ? Wire.zigzag32(varint(6)) : 0;
  }

  @Override
  public long zeroCount() {
    return isExponential() ? fixed64(7) : 0;
  }

  @Override
  public double zeroThreshold() {
    return isExponential() ? fixedDouble(14) : 0;
  }

  @Override
  public Buckets positive() {
    return buckets(8);
  }

  @Override
  public Buckets negative() {
    return buckets(9);
  }

  @Override
  public List<QuantileValue> quantiles() {
    if (kind != MetricType.SUMMARY) {
      return List.of();
    }
    List<QuantileValue> quantiles = new ArrayList<>();
    messages(Wire.tag(6, Wire.LEN), Quantile::new)
        .forEach(
            quantile ->
                quantiles.add(new QuantileValue(quantile.fixedDouble(1), quantile.fixedDouble(2))));
    return Collections.unmodifiableList(quantiles);
  }

  @Override
  public List<Exemplar> exemplars() {
    if (kind == MetricType.SUMMARY) {
      return List.of();
    }
    List<Exemplar> exemplars = new ArrayList<>();
    messages(Wire.tag(exemplarsField(kind), Wire.LEN), ExemplarView::new).forEach(exemplars::add);
    return Collections.unmodifiableList(exemplars);
  }

  static MessageType typeOf(MetricType kind) {
    return switch (kind) {
      case HISTOGRAM -> MessageType.HISTOGRAM_POINT;
      case EXPONENTIAL_HISTOGRAM -> MessageType.EXPONENTIAL_POINT;
      case SUMMARY -> MessageType.SUMMARY_POINT;
      default -> MessageType.NUMBER_POINT;
    };
  }

  static int attributesTag(MetricType kind) {
    return switch (kind) {
      case HISTOGRAM -> Wire.tag(9, Wire.LEN);
      case EXPONENTIAL_HISTOGRAM -> Wire.tag(1, Wire.LEN);
      default -> Wire.tag(7, Wire.LEN);
    };
  }

  static int flagsField(MetricType kind) {
    return kind == MetricType.HISTOGRAM || kind == MetricType.EXPONENTIAL_HISTOGRAM ? 10 : 8;
  }

  /** The field of the smallest observation; the one after it is the largest. */
  static int minField(MetricType kind) {
    return kind == MetricType.EXPONENTIAL_HISTOGRAM ? 12 : 11;
  }

  static int exemplarsField(MetricType kind) {
    return switch (kind) {
      case HISTOGRAM -> 8;
      case EXPONENTIAL_HISTOGRAM -> 11;
      default -> 5;
    };
  }

  final MetricType kind() {
    return kind;
  }

  final boolean isNumber() {
    return kind == MetricType.GAUGE || kind == MetricType.SUM;
  }

  private boolean isHistogram() {
    return kind == MetricType.HISTOGRAM || isExponential();
  }

  private boolean isExponential() {
    return kind == MetricType.EXPONENTIAL_HISTOGRAM;
  }

  private Buckets buckets(int number) {
    int at = isExponential() ? at(number) : 0;
    return at == 0 ? BucketsView.NONE : new BucketsView(a, Wire.varintEnd(a, at), lenEnd(at));
  }

  /** A repeated 8-byte field, packed or not. */
  private long[] fixed64s(int number) {
    int packed = Wire.tag(number, Wire.LEN);
    int single = Wire.tag(number, Wire.FIXED64);
    long[] values = new long[16];
    int size = 0;
    Fields field = new Fields(a, from, to);
    while (field.next()) {
      if (field.tag == packed || field.tag == single) {
        int more = (field.to - field.from) >> 3;
        if (size + more > values.length) {
          values = Arrays.copyOf(values, Math.max(size + more, 2 * size));
        }
        for (int at = field.from; at < field.to; at += 8) {
          values[size++] = Wire.fixed64(a, at);
        }
      }
    }
    return Arrays.copyOf(values, size);
  }

  /** A {@code ValueAtQuantile} in place. */
  private static final class Quantile extends MessageView {
    Quantile(byte[] a, int from, int to) {
      super(MessageType.QUANTILE, a, from, to);
    }
  }
}
