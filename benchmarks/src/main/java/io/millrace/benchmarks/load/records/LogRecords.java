package io.millrace.benchmarks.load.records;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Log records of 292 bytes as they stand in a request, tag and length included. Each carries its
 * number as its time: {@link #EPOCH} plus the number, in nanoseconds. The n-th record of every
 * request says the same otherwise, so that whoever knows the number knows the whole record.
 * Immutable.
 */
public final class LogRecords {
  /** The time of record 0: 2026-01-01. */
  public static final long EPOCH = 1_767_225_600_000_000_000L;

  /** The attribute that scenarios rename. */
  public static final String OLD_KEY = "http.method";

  /** What they rename it to. */
  public static final String NEW_KEY = "http.request.method";

  static final int RECORD_BYTES = 292;

  private static final int TAG_AND_LENGTH = 3;
  private static final String[] METHODS = {"GET", "PUT", "POST", "HEAD"};
  private static final String[] WORDS = {
    "order",
    "cart",
    "payment",
    "user",
    "session",
    "queue",
    "retry",
    "cache",
    "shard",
    "index",
    "commit",
    "accepted",
    "timeout",
    "upstream",
    "replica",
    "checkout",
    "latency",
    "customer"
  };

  private final List<LogRecord> records;

  private LogRecords(List<LogRecord> records) {
    this.records = List.copyOf(records);
  }

  /** Those of a request. */
  public static LogRecords of(int count) {
    List<LogRecord> records = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      records.add(record(i));
    }
    return new LogRecords(records);
  }

  /** How many a request has. */
  public int count() {
    return records.size();
  }

  /**
   * How far apart the numbers of two requests' first records are: a power of two, so that a
   * record's place in its request is the lower bits of its number.
   */
  public int stride() {
    return records.size() == 1 ? 1 : Integer.highestOneBit(records.size() - 1) << 1;
  }

  /** The record at a place in the first request. */
  public LogRecord at(int place) {
    return records.get(place);
  }

  /** The first request, as bytes. */
  public byte[] request() {
    Resource resource =
        Resource.newBuilder()
            .addAttributes(text("service.name", "checkout"))
            .addAttributes(text("service.version", "4.2.1"))
            .addAttributes(text("host.name", "node-17.internal"))
            .build();
    ScopeLogs logs =
        ScopeLogs.newBuilder()
            .setScope(InstrumentationScope.newBuilder().setName("io.example.checkout"))
            .addAllLogRecords(records)
            .build();
    return ExportLogsServiceRequest.newBuilder()
        .addResourceLogs(ResourceLogs.newBuilder().setResource(resource).addScopeLogs(logs))
        .build()
        .toByteArray();
  }

  private static LogRecord record(int place) {
    Random random = new Random(place);
    LogRecord.Builder record =
        LogRecord.newBuilder()
            .setTimeUnixNano(EPOCH + place)
            .setObservedTimeUnixNano(EPOCH + place)
            .setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_INFO)
            .setSeverityText("INFO")
            .addAttributes(text(OLD_KEY, METHODS[random.nextInt(METHODS.length)]))
            .addAttributes(text("url.path", "/api/v2/orders/" + (10_000 + random.nextInt(90_000))))
            .addAttributes(
                KeyValue.newBuilder()
                    .setKey("http.status_code")
                    .setValue(AnyValue.newBuilder().setIntValue(200 + random.nextInt(4))))
            .addAttributes(text("thread.name", "worker-" + (10 + random.nextInt(90))));
    StringBuilder body = new StringBuilder(RECORD_BYTES);
    while (body.length() < RECORD_BYTES) {
      body.append(WORDS[random.nextInt(WORDS.length)])
          .append(String.format(Locale.ROOT, "=%d ", random.nextInt(1_000)));
    }
    // With a body of one byte less than 128 the lengths around it take one byte more each.
    int length = RECORD_BYTES - TAG_AND_LENGTH - record.build().getSerializedSize() - 2;
    do {
      record.setBody(AnyValue.newBuilder().setStringValue(body.substring(0, length)));
      length--;
    } while (record.build().getSerializedSize() > RECORD_BYTES - TAG_AND_LENGTH);
    return record.build();
  }

  private static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }
}
