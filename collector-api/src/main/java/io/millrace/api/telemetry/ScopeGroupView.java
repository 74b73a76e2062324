package io.millrace.api.telemetry;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** A {@code ScopeLogs}, {@code ScopeSpans} or {@code ScopeMetrics} in place. */
final class ScopeGroupView extends MessageView implements ScopeGroup {
  static final int SCOPE = Wire.tag(1, Wire.LEN);
  static final int ITEMS = Wire.tag(2, Wire.LEN);

  private final Signal signal;
  private final int firstItem;

  ScopeGroupView(Signal signal, byte[] a, int from, int to, int firstItem) {
    super(typeOf(signal), a, from, to);
    this.signal = signal;
    this.firstItem = firstItem;
  }

  @Override
  public Scope scope() {
    int at = at(1);
    return at == 0 ? ScopeView.NONE : new ScopeView(a, Wire.varintEnd(a, at), lenEnd(at));
  }

  @Override
  public String schemaUrl() {
    return text(3);
  }

  @Override
  public Iterable<? extends Item> items() {
    if (signal == Signal.METRICS) {
      return this::points;
    }
    return () -> messages(ITEMS, new Numbering()).iterator();
  }

  @Override
  public Iterable<Metric> metrics() {
    if (signal != Signal.METRICS) {
      return List.of();
    }
    return () -> messages(ITEMS, new MetricNumbering()).iterator();
  }

  /** Shows the items in order; answers the index after the last one. */
  int visit(ResourceGroup group, ItemVisitor visitor) {
    int next = firstItem;
    if (signal == Signal.METRICS) {
      for (Metric metric : metrics()) {
        for (DataPoint point : metric.points()) {
          visitor.visit(group, this, point);
          next++;
        }
      }
      return next;
    }
    Fields field = new Fields(a, from, to);
    while (field.next()) {
      if (field.tag == ITEMS) {
        visitor.visit(group, this, item(field.from, field.to, next++));
      }
    }
    return next;
  }

  static MessageType typeOf(Signal signal) {
    return switch (signal) {
      case LOGS -> MessageType.SCOPE_LOGS;
      case METRICS -> MessageType.SCOPE_METRICS;
      case TRACES -> MessageType.SCOPE_SPANS;
      case PROFILES -> throw signal.unsupported();
    };
  }

  private Item item(int itemFrom, int itemTo, int number) {
    return signal == Signal.LOGS
        ? new LogRecordView(a, itemFrom, itemTo, number)
        : new SpanView(a, itemFrom, itemTo, number);
  }

  private Iterator<Item> points() {
    List<Item> points = new ArrayList<>();
    for (Metric metric : metrics()) {
      metric.points().forEach(points::add);
    }
    return points.iterator();
  }

  /** Numbers records and spans as they are made. */
  private final class Numbering implements RangeView<Item> {
    private int next = firstItem;

    @Override
    public Item of(byte[] array, int itemFrom, int itemTo) {
      return item(itemFrom, itemTo, next++);
    }
  }

  /** Numbers data points as their metrics are made. */
  private final class MetricNumbering implements RangeView<Metric> {
    private int next = firstItem;

    @Override
    public Metric of(byte[] array, int metricFrom, int metricTo) {
      MetricView metric = new MetricView(array, metricFrom, metricTo, next);
      next += Items.count(MessageType.METRIC, array, metricFrom, metricTo);
      return metric;
    }
  }
}
