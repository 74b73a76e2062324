package io.millrace.flink.source;

import static io.millrace.flink.Telemetry.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.KafkaHeaders;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.Origins;
import io.millrace.api.telemetry.Signal;
import io.millrace.flink.Telemetry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TelemetryRecordReaderTest {

  private final Logs logs = Telemetry.logs("shop", "file/a/1", 5, T0, T0 + 700, T0 + 300);
  private final Headers headers = new RecordHeaders();

  @Test
  void readsTheHeadersOnly() throws Exception {
    headers.add(KafkaHeaders.ORIGINS, logs.origins().encode());
    headers.add(KafkaHeaders.SCHEMA, "otlp/1 logs".getBytes(StandardCharsets.UTF_8));
    headers.add(KafkaHeaders.TIME_MAX, nanos(T0 + 700));
    byte[] anything = {1, 2, 3};

    TelemetryRecord record = read(anything).get(0);

    assertThat(record.problem()).isEmpty();
    assertThat(record.stream()).isEqualTo("file/a/1");
    assertThat(record.timeMax()).isEqualTo(T0 + 700);
    assertThat(record.offset()).isEqualTo(42);
    assertThat(record.partition()).isEqualTo(3);
    assertThat(record.timestamp()).isEqualTo(T0 + 900);
    assertThat(record.value()).isSameAs(anything);
  }

  @Test
  void findsTheNewestTimeItselfWithoutTheHeader() throws Exception {
    headers.add(KafkaHeaders.ORIGINS, logs.origins().encode());
    assertThat(read(logs.toBytes()).get(0).timeMax()).isEqualTo(T0 + 700);
  }

  @Test
  void doesNotLetTheFutureMoveTheClock() throws Exception {
    headers.add(KafkaHeaders.ORIGINS, logs.origins().encode());
    headers.add(KafkaHeaders.TIME_MAX, nanos(T0 + 86_400_000));
    assertThat(read(logs.toBytes()).get(0).timeMax()).isEqualTo(T0 + 900 + 60_000);
  }

  @Test
  void takesTheKafkaTimeWhenNoEventHasOne() throws Exception {
    headers.add(KafkaHeaders.ORIGINS, logs.origins().encode());
    headers.add(KafkaHeaders.TIME_MAX, new byte[8]);
    assertThat(read(logs.toBytes()).get(0).timeMax()).isEqualTo(T0 + 900);
  }

  @Test
  void splitsARecordOfSeveralStreams() throws Exception {
    Logs other = Telemetry.logs("cart", "file/a/2", 0, T0, T0);
    Batch both = Batch.concat(List.of(logs, other));
    headers.add(KafkaHeaders.ORIGINS, both.origins().encode());

    List<TelemetryRecord> records = read(both.toBytes());

    assertThat(records)
        .extracting(TelemetryRecord::stream, TelemetryRecord::part)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("file/a/1", 0),
            org.assertj.core.groups.Tuple.tuple("file/a/2", 1));
    assertThat(Batch.read(Signal.LOGS, records.get(0).value()).itemCount()).isEqualTo(3);
    assertThat(Batch.read(Signal.LOGS, records.get(1).value()).itemCount()).isEqualTo(2);
    assertThat(Origins.decode(records.get(1).origins())).isEqualTo(other.origins());
    assertThat(records).extracting(TelemetryRecord::timeMax).containsOnly(T0 + 700);
  }

  @Test
  void saysWhatIsWrongInsteadOfFailing() throws Exception {
    headers.add(KafkaHeaders.ORIGINS, new byte[] {9, 9});
    headers.add(KafkaHeaders.TIME_MAX, nanos(T0));
    assertThat(read(logs.toBytes()).get(0).problem()).isNotEmpty();

    headers.remove(KafkaHeaders.TIME_MAX).add(KafkaHeaders.TIME_MAX, new byte[3]);
    assertThat(read(logs.toBytes()).get(0).problem())
        .isEqualTo("header millrace-time-max: 3 bytes (expected: 8)");

    headers.add(KafkaHeaders.SCHEMA, "otlp/1 metrics".getBytes(StandardCharsets.UTF_8));
    TelemetryRecord wrongSignal = read(logs.toBytes()).get(0);
    assertThat(wrongSignal.problem())
        .isEqualTo("header millrace-schema: \"otlp/1 metrics\" (expected: \"otlp/1 logs\")");
    assertThat(wrongSignal.timeMax()).isEqualTo(PartitionClock.NONE);
    assertThat(wrongSignal.value()).isEqualTo(logs.toBytes());
  }

  @Test
  void saysThatARecordHasNoValue() throws Exception {
    assertThat(read(null).get(0).problem())
        .isEqualTo("no value (expected: an OTLP export request)");
  }

  @SuppressWarnings("NullAway") // Kafka has records without key and value
  private List<TelemetryRecord> read(byte @Nullable [] value) throws Exception {
    List<TelemetryRecord> records = new ArrayList<>();
    TelemetryRecordReader reader =
        new TelemetryRecordReader(Map.of("otlp_logs", Signal.LOGS), new Properties());
    reader.deserialize(
        new ConsumerRecord<>(
            "otlp_logs",
            3,
            42,
            T0 + 900,
            TimestampType.CREATE_TIME,
            0,
            0,
            null,
            value,
            headers,
            Optional.empty()),
        new Collector<>() {
          @Override
          public void collect(TelemetryRecord record) {
            records.add(record);
          }

          @Override
          public void close() {}
        });
    return records;
  }

  private static byte[] nanos(long millis) {
    return ByteBuffer.allocate(8).putLong(millis * 1_000_000).array();
  }
}
