package io.millrace.flink.aggregate;

import io.millrace.api.telemetry.DataPoint;
import io.millrace.api.telemetry.Item;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.ResourceGroup;
import io.millrace.api.telemetry.ScopeGroup;
import io.millrace.api.telemetry.Span;
import io.millrace.flink.config.AggregateDefinition;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one task has added up of one aggregate and not told yet. One thread at a time. */
final class LocalTable {

  private static final int FIRST_ERROR_SEVERITY = 17;
  private static final int STATUS_ERROR = 2;

  private final AggregateDefinition definition;
  private final String id;
  private final FieldReader[] groupBy;
  private final FieldReader[] measures;
  private final GroupKey probe;
  private final Map<Long, Map<GroupKey, Cell>> windows = new HashMap<>();

  private int cellCount;
  private long lastWindow = Long.MIN_VALUE;
  private @Nullable Map<GroupKey, Cell> lastCells;
  private @Nullable ResourceGroup lastResource;

  private final BitSet late = new BitSet();
  private long lateMin = Long.MAX_VALUE;
  private long lateMax = Long.MIN_VALUE;

  LocalTable(AggregateDefinition definition) {
    this.definition = definition;
    this.id = definition.id();
    this.groupBy = new FieldReader[definition.groupBy().size()];
    for (int i = 0; i < groupBy.length; i++) {
      groupBy[i] = new FieldReader(definition.groupBy().get(i));
    }
    this.measures = new FieldReader[definition.measures().size()];
    for (int i = 0; i < measures.length; i++) {
      measures[i] = new FieldReader(definition.measures().get(i).field());
    }
    this.probe = new GroupKey(groupBy.length);
  }

  AggregateDefinition definition() {
    return definition;
  }

  /** Forgets what it remembers of the last batch. */
  void beginBatch() {
    lastResource = null;
    late.clear();
    lateMin = Long.MAX_VALUE;
    lateMax = Long.MIN_VALUE;
  }

  /**
   * Adds an event, or takes note that it is late.
   *
   * @param time the event's time, milliseconds, clamped
   * @param clamped whether it was
   * @param watermark a window that ended more than the lateness before is closed
   */
  void add(
      ResourceGroup group,
      ScopeGroup scope,
      Item item,
      long time,
      boolean clamped,
      long watermark) {
    long start = definition.windowStart(time);
    if (start + definition.windowMillis() - 1 + definition.latenessMillis() <= watermark) {
      late.set(item.index());
      lateMin = Math.min(lateMin, time);
      lateMax = Math.max(lateMax, time);
      return;
    }
    Cell cell = cell(cells(start), group, scope, item);
    cell.addEvent(isError(item), clamped);
    for (int i = 0; i < measures.length; i++) {
      double number = measures[i].number(group, item);
      if (!Double.isNaN(number)) {
        cell.addNumber(i, number);
      }
    }
  }

  /** The indices of the batch's late items. Valid until {@link #beginBatch()}. */
  BitSet late() {
    return late;
  }

  long lateMin() {
    return lateMin;
  }

  long lateMax() {
    return lateMax;
  }

  /** The number of groups held, over all windows. */
  int cellCount() {
    return cellCount;
  }

  /** Hands on, and forgets, what belongs to windows that end at or before a time. */
  void flush(long time, Consumer<Partial> out) {
    Iterator<Map.Entry<Long, Map<GroupKey, Cell>>> entries = windows.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<Long, Map<GroupKey, Cell>> entry = entries.next();
      long start = entry.getKey();
      if (start + definition.windowMillis() - 1 <= time) {
        entries.remove();
        cellCount -= entry.getValue().size();
        entry.getValue().forEach((group, cell) -> out.accept(partial(start, group, cell)));
      }
    }
    lastWindow = Long.MIN_VALUE;
    lastCells = null;
  }

  private Partial partial(long start, GroupKey group, Cell cell) {
    int bucket = Math.floorMod(group.hashCode(), definition.buckets());
    return new Partial(id + "/" + bucket + "/" + start, id, start, group.values(), cell.toTally());
  }

  private Map<GroupKey, Cell> cells(long start) {
    Map<GroupKey, Cell> cells = lastCells;
    if (cells == null || start != lastWindow) {
      cells = windows.computeIfAbsent(start, key -> new HashMap<>());
      lastWindow = start;
      lastCells = cells;
    }
    return cells;
  }

  @SuppressWarnings("ReferenceEquality") // only to spare work for the next item of the same group
  private Cell cell(Map<GroupKey, Cell> cells, ResourceGroup group, ScopeGroup scope, Item item) {
    boolean sameResource = group == lastResource;
    lastResource = group;
    for (int i = 0; i < groupBy.length; i++) {
      if (!sameResource || !groupBy[i].isOfResource()) {
        probe.set(i, groupBy[i].text(group, scope, item));
      }
    }
    probe.seal();
    Cell cell = cells.get(probe);
    if (cell == null) {
      cell = new Cell(definition.measures());
      cells.put(probe.copy(), cell);
      cellCount++;
    }
    return cell;
  }

  private static boolean isError(Item item) {
    if (item instanceof LogRecord logRecord) {
      return logRecord.severityNumber() >= FIRST_ERROR_SEVERITY;
    }
    if (item instanceof DataPoint) {
      return false;
    }
    return ((Span) item).statusCode() == STATUS_ERROR;
  }
}
