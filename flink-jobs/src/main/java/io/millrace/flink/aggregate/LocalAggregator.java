package io.millrace.flink.aggregate;

import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Item;
import io.millrace.api.telemetry.ItemVisitor;
import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.api.telemetry.Origins;
import io.millrace.api.telemetry.ResourceGroup;
import io.millrace.api.telemetry.ScopeGroup;
import io.millrace.api.telemetry.Signal;
import io.millrace.flink.config.AggregateDefinition;
import io.millrace.flink.document.Document;
import io.millrace.flink.document.IndexNames;
import io.millrace.flink.document.LateDocuments;
import io.millrace.flink.document.UndecodableDocuments;
import io.millrace.flink.source.EventTime;
import io.millrace.flink.source.TelemetryRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Drops events that were counted before, tells late from timely, and adds up the timely ones before
 * they cross the network. Keyed by stream. Late events and records that cannot be read leave as
 * documents through {@link #DOCUMENTS}.
 *
 * <p>What it has added up is handed on before every watermark that closes its window, before every
 * checkpoint (so that it needs no state for it), when it becomes too much, every second for windows
 * that have ended, and at the end.
 *
 * <p>An event is late when its partition's clock before its Kafka record, or this task's watermark,
 * says so. The former is the same in every replay. The latter is ahead of the former only for
 * partitions that held nothing when the windows closed, and guarantees that no window takes events
 * after it is gone.
 */
@SuppressWarnings({"NullAway.Init", "serial"}) // Flink makes it in open(); shipped, not kept
public final class LocalAggregator extends AbstractStreamOperator<Partial>
    implements OneInputStreamOperator<TelemetryRecord, Partial>, BoundedOneInput {

  /** Late events and unreadable records. */
  public static final OutputTag<Document> DOCUMENTS =
      new OutputTag<>("documents", TypeInformation.of(Document.class));

  /** A stream that brings nothing for so long is forgotten. */
  public static final Duration STREAM_MEMORY = Duration.ofDays(7);

  private static final long serialVersionUID = 1L;
  private static final int MAX_CELLS = 50_000;
  private static final long FLUSH_MILLIS = 1_000;

  private final List<AggregateDefinition> definitions;
  private final IndexNames indices;

  private transient Map<Signal, List<LocalTable>> tables;
  private transient ValueState<long[]> progress;
  private transient Counting counting;
  private transient long watermark;
  private transient Counter duplicates;
  private transient Counter lateEvents;
  private transient Counter clamped;
  private transient Counter undecodable;
  private transient Counter gapsForgotten;

  /**
   * @param definitions what to add up
   * @param indices where documents go
   */
  public LocalAggregator(List<AggregateDefinition> definitions, IndexNames indices) {
    this.definitions = new ArrayList<>(definitions);
    this.indices = indices;
  }

  @Override
  public void open() throws Exception {
    super.open();
    tables = new EnumMap<>(Signal.class);
    for (AggregateDefinition definition : definitions) {
      tables
          .computeIfAbsent(definition.signal(), signal -> new ArrayList<>())
          .add(new LocalTable(definition));
    }
    ValueStateDescriptor<long[]> descriptor =
        new ValueStateDescriptor<>(
            "stream-progress", PrimitiveArrayTypeInfo.LONG_PRIMITIVE_ARRAY_TYPE_INFO);
    descriptor.enableTimeToLive(StateTtlConfig.newBuilder(STREAM_MEMORY).build());
    progress = getRuntimeContext().getState(descriptor);
    counting = new Counting();
    watermark = Long.MIN_VALUE;
    duplicates = getMetricGroup().counter("duplicateEvents");
    lateEvents = getMetricGroup().counter("lateEvents");
    clamped = getMetricGroup().counter("clampedTimestamps");
    undecodable = getMetricGroup().counter("undecodableRecords");
    gapsForgotten = getMetricGroup().counter("gapsForgotten");
    // Ends with the task.
    var unused =
        getProcessingTimeService()
            .scheduleWithFixedDelay(time -> flush(watermark), FLUSH_MILLIS, FLUSH_MILLIS);
  }

  @Override
  public void processElement(StreamRecord<TelemetryRecord> element) throws Exception {
    TelemetryRecord telemetry = element.getValue();
    if (!telemetry.problem().isEmpty()) {
      putAside(telemetry, telemetry.problem());
      return;
    }
    Batch batch;
    Origins origins;
    try {
      batch = Batch.read(telemetry.signal(), telemetry.value());
      origins = origins(telemetry, batch.itemCount());
    } catch (MalformedTelemetryException e) {
      putAside(telemetry, String.valueOf(e.getMessage()));
      return;
    }
    BitSet fresh = deduplicate(origins);
    if (fresh.isEmpty()) {
      return;
    }
    List<LocalTable> own = tables.getOrDefault(telemetry.signal(), List.of());
    counting.count(telemetry, batch, fresh, own);
    int cells = 0;
    for (LocalTable table : own) {
      reportLate(telemetry, table, origins);
      cells += table.cellCount();
    }
    if (cells > MAX_CELLS) {
      flush(Long.MAX_VALUE);
    }
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    watermark = mark.getTimestamp();
    flush(watermark);
    super.processWatermark(mark);
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    flush(Long.MAX_VALUE);
    super.prepareSnapshotPreBarrier(checkpointId);
  }

  @Override
  public void endInput() {
    flush(Long.MAX_VALUE);
  }

  private BitSet deduplicate(Origins origins) throws java.io.IOException {
    StreamProgress stream = StreamProgress.decode(progress.value());
    int size = origins.size();
    BitSet fresh = new BitSet(size);
    for (int i = 0; i < size; i++) {
      if (stream.admit(origins.start(i), origins.end(i), origins.sub(i))) {
        fresh.set(i);
      }
    }
    if (!fresh.isEmpty()) {
      progress.update(stream.encode());
    }
    duplicates.inc(size - fresh.cardinality());
    gapsForgotten.inc(stream.takeForgotten());
    return fresh;
  }

  private static Origins origins(TelemetryRecord telemetry, int items)
      throws MalformedTelemetryException {
    if (telemetry.origins().length == 0) {
      Origins.Builder builder = Origins.builder();
      for (int i = 0; i < items; i++) {
        builder.add(telemetry.stream(), telemetry.offset(), telemetry.offset() + 1, i);
      }
      return builder.build();
    }
    Origins origins = Origins.decode(telemetry.origins());
    if (origins.size() != items) {
      throw new MalformedTelemetryException(
          origins.size() + " origins for " + items + " items", -1);
    }
    return origins;
  }

  private void reportLate(TelemetryRecord telemetry, LocalTable table, Origins origins) {
    BitSet late = table.late();
    if (late.isEmpty()) {
      return;
    }
    lateEvents.inc(late.cardinality());
    document(
        LateDocuments.of(
            indices,
            table.definition(),
            telemetry,
            origins.select(late),
            table.lateMin(),
            table.lateMax()));
  }

  private void putAside(TelemetryRecord telemetry, String reason) {
    undecodable.inc();
    document(UndecodableDocuments.of(indices, telemetry, reason));
  }

  private void document(Document document) {
    output.collect(DOCUMENTS, new StreamRecord<>(document));
  }

  private void flush(long time) {
    for (List<LocalTable> list : tables.values()) {
      for (LocalTable table : list) {
        table.flush(time, partial -> output.collect(new StreamRecord<>(partial)));
      }
    }
  }

  /** Goes through a batch; one instance for all, since there are many batches. */
  private final class Counting implements ItemVisitor {

    private @Nullable TelemetryRecord telemetry;
    private @Nullable BitSet fresh;
    private List<LocalTable> own = List.of();
    private long closedUntil;

    void count(TelemetryRecord record, Batch batch, BitSet freshItems, List<LocalTable> into) {
      telemetry = record;
      fresh = freshItems;
      own = into;
      closedUntil = Math.max(watermark, record.watermark());
      for (LocalTable table : into) {
        table.beginBatch();
      }
      batch.forEachItem(this);
    }

    @Override
    public void visit(ResourceGroup group, ScopeGroup scope, Item item) {
      if (!Objects.requireNonNull(fresh).get(item.index())) {
        return;
      }
      long kafkaTime = Objects.requireNonNull(telemetry).timestamp();
      long time = EventTime.of(item, kafkaTime);
      long latest = TelemetryRecord.latestTime(kafkaTime);
      boolean fromTheFuture = time > latest;
      if (fromTheFuture) {
        time = latest;
        clamped.inc();
      }
      for (int i = 0; i < own.size(); i++) {
        own.get(i).add(group, scope, item, time, fromTheFuture, closedUntil);
      }
    }
  }
}
