package io.millrace.api.telemetry;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A scope with changes over it. One thread at a time. */
final class ScopeEdit extends ItemList implements EditableScope {
  private final GroupEdit group;
  private final ScopeGroupView original;
  private final int firstItem;
  private final boolean added;
  private @Nullable Map<ByteBuffer, MetricEdit> twins;
  private @Nullable List<MetricEdit> metrics;
  private @Nullable PartEdit scope;
  private @Nullable String schemaUrl;
  private boolean touched;
  private boolean removed;

  /** The scope in a range of bytes; a new one in an empty range. */
  ScopeEdit(GroupEdit group, byte[] a, int from, int to, int firstItem, boolean added) {
    this.group = group;
    this.original = new ScopeGroupView(group.signal(), a, from, to, firstItem);
    this.firstItem = firstItem;
    this.added = added;
    this.touched = added;
  }

  @Override
  public EditableGroup group() {
    return group;
  }

  @Override
  public String name() {
    return view().name();
  }

  @Override
  public void name(String name) {
    part().text(1, name);
  }

  @Override
  public String version() {
    return view().version();
  }

  @Override
  public void version(String version) {
    part().text(2, version);
  }

  @Override
  public String schemaUrl() {
    return schemaUrl == null ? original.schemaUrl() : schemaUrl;
  }

  @Override
  public void schemaUrl(String url) {
    changing();
    schemaUrl = url;
  }

  @Override
  public EditableAttributes attributes() {
    return new AttributesEdit(part(), ScopeView.ATTRIBUTES);
  }

  @Override
  public Iterable<EditableItem> items() {
    if (group.signal() != Signal.METRICS) {
      return () -> new ItemCursor<>(list(), ItemEdit::editable);
    }
    return () -> {
      List<EditableItem> points = new ArrayList<>();
      for (MetricEdit metric : metricEdits()) {
        metric.points().forEach(points::add);
      }
      return points.iterator();
    };
  }

  @Override
  public Iterable<EditableMetric> metrics() {
    return () -> {
      List<EditableMetric> present = new ArrayList<>();
      for (MetricEdit metric : metricEdits()) {
        if (!metric.isGone()) {
          present.add(metric);
        }
      }
      return present.iterator();
    };
  }

  @Override
  public EditableItem add(Item item) {
    SessionEdit session = session();
    ItemEdit source =
        item instanceof ItemEdit edit && edit.owner.session() == session ? edit : null;
    if (source == null && !session.origins().isNone()) {
      throw new IllegalArgumentException("item: from elsewhere, without an origin here");
    }
    ItemEdit copy = copy(item, source == null ? ItemEdit.NEW : source.index);
    if (source != null) {
      session.share(source, copy);
    }
    copy.owner.append(copy);
    return copy.editable();
  }

  @Override
  public long droppedAttributesCount() {
    return view().droppedAttributesCount();
  }

  @Override
  public void droppedAttributesCount(long count) {
    part().varint(4, count & 0xffff_ffffL);
  }

  @Override
  public EditableLogRecord addLogRecord() {
    checkAdding(Signal.LOGS);
    LogRecordEdit record = new LogRecordEdit(this, Wire.NOTHING, 0, 0, 0, ItemEdit.NEW);
    append(record);
    return record;
  }

  @Override
  public EditableSpan addSpan() {
    checkAdding(Signal.TRACES);
    SpanEdit span = new SpanEdit(this, Wire.NOTHING, 0, 0, 0, ItemEdit.NEW);
    append(span);
    return span;
  }

  @Override
  public EditableMetric addMetric(String name, MetricType type) {
    if (type == MetricType.NONE) {
      throw new IllegalArgumentException("type: NONE (expected: one that has data points)");
    }
    checkAdding(Signal.METRICS);
    changing();
    MetricEdit metric = MetricEdit.added(this, name, type);
    metricEdits().add(metric);
    return metric;
  }

  /** Whether a new item of a signal fits here. */
  void checkAdding(Signal signal) {
    session().check();
    if (group.signal() != signal) {
      throw new IllegalArgumentException(
          "item: of " + signal.id() + " (expected: " + group.signal().id() + ")");
    }
    if (!session().origins().isNone()) {
      throw new IllegalArgumentException("item: new, without an origin here");
    }
  }

  @Override
  public void remove() {
    removeEverything();
    changing();
    session().restructured();
    removed = true;
  }

  @Override
  SessionEdit session() {
    return group.session();
  }

  @Override
  void changing() {
    touched = true;
    group.changing();
  }

  @Override
  void load(List<@Nullable ItemEdit> target) {
    if (group.signal() == Signal.METRICS) {
      return;
    }
    boolean logs = group.signal() == Signal.LOGS;
    byte[] a = original.a;
    int next = firstItem;
    Fields field = session().cursor();
    field.reset(a, original.from, original.to);
    while (field.next()) {
      if (field.tag == ScopeGroupView.ITEMS) {
        target.add(
            logs
                ? new LogRecordEdit(this, a, field.start, field.from, field.to, next++)
                : new SpanEdit(this, a, field.start, field.from, field.to, next++));
      }
    }
  }

  /** Shows the items that did not arrive during the pass. */
  void visit(EditableItemVisitor visitor, int pass) {
    if (group.signal() == Signal.METRICS) {
      List<MetricEdit> list = metricEdits();
      int end = list.size();
      for (int i = 0; i < end; i++) {
        if (list.get(i).mayHavePoints()) {
          visit(list.get(i).list(), visitor, pass);
        }
      }
    } else {
      visit(list(), visitor, pass);
    }
  }

  /** Whether it is not to be written. */
  boolean isGone() {
    if (removed) {
      return true;
    }
    if (group.signal() != Signal.METRICS) {
      return isEmptied() || (added && live() == 0);
    }
    List<MetricEdit> list = metricEdits();
    for (int i = 0; i < list.size(); i++) {
      if (!list.get(i).isGone()) {
        return false;
      }
    }
    return !list.isEmpty() || added;
  }

  boolean isRemoved() {
    return removed;
  }

  private void removeEverything() {
    if (group.signal() == Signal.METRICS) {
      metricEdits().forEach(MetricEdit::remove);
    } else {
      removeAll();
    }
  }

  void writeTo(WireWriter out) {
    SessionEdit session = session();
    if (!touched) {
      out.bytesField(GroupView.SCOPES, original.a, original.from, original.to);
      if (session.isRestructured()) {
        session.written(firstItem, count());
      }
      return;
    }
    if (isGone()) {
      return;
    }
    int mark = out.begin(GroupView.SCOPES, original.to - original.from);
    PartEdit part = scope;
    boolean partTouched = part != null && part.isTouched();
    GroupEdit.writeRest(out, session.cursor(), original, partTouched, schemaUrl);
    if (part != null && partTouched) {
      int inner = out.begin(ScopeGroupView.SCOPE, part.to - part.from);
      part.writeTo(out);
      out.end(inner);
    }
    if (group.signal() == Signal.METRICS) {
      List<MetricEdit> list = metricEdits();
      for (int i = 0; i < list.size(); i++) {
        if (!list.get(i).isGone()) {
          list.get(i).writeTo(out);
        }
      }
    } else {
      writeItems(out, ScopeGroupView.ITEMS);
    }
    out.end(mark);
  }

  /** Number of items before the session. */
  int count() {
    return session().count(original.messageType(), original.a, original.from, original.to);
  }

  /** The metric here that takes the points of such a metric. */
  MetricEdit twin(byte[] withoutPoints) {
    Map<ByteBuffer, MetricEdit> known = twins;
    if (known == null) {
      known = new HashMap<>();
      twins = known;
    }
    MetricEdit twin = known.get(ByteBuffer.wrap(withoutPoints));
    if (twin == null || twin.isGone() || twin.isDescribedAnew()) {
      twin = new MetricEdit(this, withoutPoints, 0, withoutPoints.length, 0);
      twin.changing();
      metricEdits().add(twin);
      known.put(ByteBuffer.wrap(withoutPoints), twin);
    }
    return twin;
  }

  private ItemEdit copy(Item item, int index) {
    byte[] a;
    int from;
    int to;
    if (item instanceof ItemEdit edit) {
      edit.flatten();
      a = edit.a;
      from = edit.from;
      to = edit.to;
    } else if (item instanceof MessageView view) {
      a = view.a;
      from = view.from;
      to = view.to;
    } else {
      throw new IllegalArgumentException("item: of a foreign class");
    }
    Signal signal = group.signal();
    if (item instanceof LogRecord && signal == Signal.LOGS) {
      return new LogRecordEdit(this, a, from, from, to, index);
    }
    if (item instanceof Span && signal == Signal.TRACES) {
      return new SpanEdit(this, a, from, from, to, index);
    }
    if (item instanceof DataPoint point && signal == Signal.METRICS) {
      MetricEdit metric = metricFor(point);
      return new DataPointEdit(metric, point.metric().type(), a, from, from, to, index);
    }
    throw new IllegalArgumentException("item: of another signal (expected: " + signal.id() + ")");
  }

  private MetricEdit metricFor(DataPoint point) {
    if (point instanceof DataPointEdit edit) {
      MetricEdit metric = (MetricEdit) edit.owner;
      return metric.scope() == this ? metric : metric.twinIn(this);
    }
    MetricView metric = (MetricView) point.metric();
    return twin(new MetricEdit(this, metric.a, metric.from, metric.to, 0).withoutPoints());
  }

  private List<MetricEdit> metricEdits() {
    List<MetricEdit> list = metrics;
    if (list == null) {
      list = new ArrayList<>(0);
      int next = firstItem;
      if (group.signal() == Signal.METRICS) {
        Fields field = session().outerCursor(original.a, original.from, original.to);
        while (field.next()) {
          if (field.tag == ScopeGroupView.ITEMS) {
            list.add(new MetricEdit(this, original.a, field.from, field.to, next));
            next += session().count(MessageType.METRIC, original.a, field.from, field.to);
          }
        }
      }
      metrics = list;
    }
    return list;
  }

  private void visit(List<@Nullable ItemEdit> items, EditableItemVisitor visitor, int pass) {
    int end = items.size();
    for (int place = 0; place < end; place++) {
      ItemEdit item = items.get(place);
      if (item != null && item.arrived != pass) {
        visitor.visit(group, this, item.editable());
      }
    }
  }

  private Scope view() {
    PartEdit part = scope;
    if (part == null) {
      return original.scope();
    }
    part.flatten();
    return new ScopeView(part.a, part.from, part.to);
  }

  private PartEdit part() {
    PartEdit part = scope;
    if (part == null) {
      int at = original.at(1);
      part =
          at == 0
              ? new PartEdit(Wire.NOTHING, 0, 0, this::changing)
              : new PartEdit(
                  original.a, Wire.varintEnd(original.a, at), original.lenEnd(at), this::changing);
      scope = part;
    }
    return part;
  }
}
