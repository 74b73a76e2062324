package io.millrace.receiver.filelog;

import io.millrace.api.telemetry.AttributeKey;
import io.millrace.api.telemetry.LogRecordWriter;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.LogsBuilder;
import io.millrace.api.telemetry.Value;
import io.millrace.receiver.filelog.operator.Entry;
import io.millrace.receiver.filelog.operator.Members;
import io.millrace.receiver.filelog.operator.Text;
import io.millrace.receiver.filelog.operator.Values;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes log records of pieces of a buffer. A worker's own; one thread at a time.
 *
 * <p>Without operators a line's bytes go into the batch as they are, and no object is made for a
 * record: measured, that is several times as fast.
 */
final class BatchMaker {
  private static final AttributeKey RECORD_NUMBER = AttributeKey.of("log.file.record_number");
  private static final AttributeKey RECORD_OFFSET = AttributeKey.of("log.file.record_offset");

  private final Settings settings;
  private final Instruments instruments;
  private final Consumer<String> failed;
  private final LogsBuilder builder = Logs.builder();
  private final KeyCache keys = new KeyCache();
  private final boolean plain;
  private final boolean numbered;
  private final boolean located;
  private final Map<String, Object> attributes;
  private final Map<String, Object> resource;
  private Map<String, Object> lastResource = Map.of();
  private String lastScope = "";
  private boolean begun;

  /**
   * Makes a maker.
   *
   * @param failed is told why an operator failed
   */
  BatchMaker(Settings settings, Instruments instruments, Consumer<String> failed) {
    FilelogConfig config = settings.config();
    this.settings = settings;
    this.instruments = instruments;
    this.failed = failed;
    this.plain = settings.operators().isEmpty();
    this.numbered = config.includeFileRecordNumber();
    this.located = config.includeFileRecordOffset();
    this.attributes = Values.copy(config.attributes());
    this.resource = Values.copy(config.resource());
  }

  int sizeBytes() {
    return builder.sizeBytes();
  }

  int itemCount() {
    return builder.itemCount();
  }

  /** The batch of what was added since the last one. */
  Logs build() {
    begun = false;
    return builder.build();
  }

  /**
   * Adds a record.
   *
   * @param from index of its text, as is {@code to}
   * @param place where the record is in its stream
   */
  void add(FileAttributes file, byte[] bytes, int from, int to, Place place) {
    if (plain) {
      addPlain(file, bytes, from, to, place);
    } else {
      addProcessed(file, bytes, from, to, place);
    }
  }

  private void addPlain(FileAttributes file, byte[] bytes, int from, int to, Place place) {
    if (!begun) {
      group(resource, "");
    }
    LogRecordWriter record = builder.record();
    record.observedTimeUnixNanos(place.observedUnixNanos);
    if (settings.encoding().utf8()) {
      record.bodyUtf8(bytes, from, to - from);
    } else if (settings.encoding().raw()) {
      record.body(Value.of(Arrays.copyOfRange(bytes, from, to)));
    } else {
      record.body(Value.of(settings.encoding().decode(bytes, from, to)));
    }
    file.writeTo(record);
    if (numbered) {
      record.put(RECORD_NUMBER, place.number);
    }
    if (located) {
      record.put(RECORD_OFFSET, place.textStart);
    }
    record.origin(place.stream, place.start, place.end, 0);
  }

  private void addProcessed(FileAttributes file, byte[] bytes, int from, int to, Place place) {
    Members own = new Members(file.values());
    if (numbered) {
      own.put("log.file.record_number", place.number);
    }
    if (located) {
      own.put("log.file.record_offset", place.textStart);
    }
    own.putAll(Values.copy(attributes));
    Entry entry =
        new Entry(body(bytes, from, to), own, Values.copy(resource), place.observedUnixNanos);
    boolean keep = settings.operators().process(entry);
    String failure = entry.failure();
    if (failure != null) {
      failed.accept(failure);
    }
    if (!keep) {
      instruments.droppedRecords.add(1);
      return;
    }
    if (!begun || !entry.resource().equals(lastResource) || !entry.scopeName().equals(lastScope)) {
      group(entry.resource(), entry.scopeName());
    }
    LogRecordWriter record = builder.record();
    record.timeUnixNanos(entry.timeUnixNanos());
    record.observedTimeUnixNanos(entry.observedTimeUnixNanos());
    if (entry.severityNumber() != 0 || !entry.severityText().isEmpty()) {
      record.severity(entry.severityNumber(), entry.severityText());
    }
    Object processed = entry.body();
    if (processed instanceof Text text) {
      record.bodyUtf8(text.bytes(), text.from(), text.length());
    } else if (processed != null) {
      record.body(Values.toValue(processed));
    }
    entry.attributes().forEach((key, value) -> put(record, keys.of(key), value));
    record.origin(place.stream, place.start, place.end, 0);
  }

  private Object body(byte[] bytes, int from, int to) {
    if (settings.encoding().utf8()) {
      return Text.decode(bytes, from, to);
    }
    return settings.encoding().raw()
        ? Arrays.copyOfRange(bytes, from, to)
        : settings.encoding().decode(bytes, from, to);
  }

  private static void put(LogRecordWriter record, AttributeKey key, @Nullable Object value) {
    if (value instanceof Text text) {
      record.putUtf8(key, text.bytes(), text.from(), text.length());
    } else if (value instanceof String text) {
      record.put(key, text);
    } else {
      record.put(key, Values.toValue(value));
    }
  }

  private void group(Map<String, Object> values, String scope) {
    builder.resource(
        writer -> values.forEach((key, value) -> writer.put(key, Values.toValue(value))));
    builder.scope(scope, "");
    lastResource = values;
    lastScope = scope;
    begun = true;
  }

  /** Where a record is; reused from record to record. One thread at a time. */
  static final class Place {
    String stream = "";
    long start;
    long end;
    long textStart;
    long number;
    long observedUnixNanos;
  }
}
