package io.millrace.flink;

import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.LogsBuilder;
import io.millrace.api.telemetry.Signal;
import io.millrace.api.telemetry.Value;
import io.millrace.flink.config.AggregateDefinition;
import io.millrace.flink.config.AggregatesException;
import io.millrace.flink.config.AggregatesFile;
import io.millrace.flink.source.TelemetryRecord;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Makes records and definitions for tests. */
public final class Telemetry {

  /** A time at the start of a minute, milliseconds since the epoch. */
  public static final long T0 = 1_750_000_020_000L - 1_750_000_020_000L % 60_000;

  private Telemetry() {}

  /** Definitions of a YAML list, with a lateness. */
  public static List<AggregateDefinition> definitions(long latenessMillis, String yaml) {
    try {
      return AggregatesFile.parse("test.yaml", yaml).stream()
          .map(definition -> definition.withLateness(latenessMillis))
          .toList();
    } catch (AggregatesException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** One minute's count by service and severity, with statistics of {@code attributes.ms}. */
  public static List<AggregateDefinition> minute(long latenessMillis) {
    return definitions(
        latenessMillis,
        """
        aggregates:
          - name: minute
            signal: logs
            window: 1m
            group_by: [resource.attributes.service.name, severity]
            measures:
              - error_ratio
              - rate
              - field: attributes.ms
                stats: [sum, min, max, avg, p50, p99]
        """);
  }

  /**
   * Logs of one stream whose origins are a sequence.
   *
   * @param first the first origin's start
   * @param times one record for each, milliseconds since the epoch; the attribute {@code ms} counts
   *     from {@code first}
   */
  public static Logs logs(String service, String stream, long first, long... times) {
    LogsBuilder builder = Logs.builder();
    builder.resource(resource -> resource.put("service.name", Value.of(service)));
    for (int i = 0; i < times.length; i++) {
      builder
          .record()
          .timeUnixNanos(TimeUnit.MILLISECONDS.toNanos(times[i]))
          .severity(i % 4 == 3 ? 17 : 9, i % 4 == 3 ? "ERROR" : "INFO")
          .body(Value.of("line"))
          .put("ms", Value.of(first + i))
          .origin(stream, first + i, first + i + 1, 0);
    }
    return builder.build();
  }

  /** What the source makes of a batch of one stream. */
  public static TelemetryRecord record(Batch batch, long offset, long kafkaTime, long watermark) {
    return new TelemetryRecord(
        batch.origins().isNone() ? "kafka/c/t/0" : batch.origins().stream(0),
        batch.signal(),
        "otlp_logs",
        0,
        offset,
        0,
        kafkaTime,
        kafkaTime,
        watermark,
        batch.toBytes(),
        batch.origins().isNone() ? new byte[0] : batch.origins().encode(),
        "");
  }

  /** A record that no one can read. */
  public static TelemetryRecord garbage(long offset, long kafkaTime) {
    return new TelemetryRecord(
        "garbage",
        Signal.LOGS,
        "otlp_logs",
        0,
        offset,
        0,
        kafkaTime,
        kafkaTime,
        Long.MIN_VALUE,
        new byte[] {1, 2, 3},
        new byte[0],
        "");
  }
}
