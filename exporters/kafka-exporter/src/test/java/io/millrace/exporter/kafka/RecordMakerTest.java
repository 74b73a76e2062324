package io.millrace.exporter.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.ExportOutcome.RejectedItem;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.KafkaHeaders;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.LogsBuilder;
import io.millrace.api.telemetry.Origins;
import io.millrace.api.telemetry.Signal;
import io.millrace.api.telemetry.Value;
import io.millrace.testkit.TestTelemetry;
import io.millrace.toolkit.otlpjson.OtlpJson;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

final class RecordMakerTest {
  private static final Destination SOMEWHERE = new Destination("t", 3, null);
  private static final RequestContext NOBODY = RequestContext.local(0);

  private final TestConfig config = new TestConfig();
  private final Collected collected = new Collected();

  @Test
  void putsABatchIntoARecordWithItsOriginsTimesAndSchema() throws Exception {
    LogsBuilder logs = Logs.builder();
    logs.record().timeUnixNanos(500);
    logs.record().timeUnixNanos(0).observedTimeUnixNanos(900);
    logs.record().timeUnixNanos(300);
    logs.record();
    Batch batch = TestTelemetry.withOrigins(logs.build(), 10);

    make(batch);

    ProducerRecord<byte[], byte[]> record = collected.records.getFirst();
    assertThat(record.topic()).isEqualTo("t");
    assertThat(record.partition()).isEqualTo(3);
    assertThat(record.timestamp()).isNull();
    assertThat(record.value()).isEqualTo(batch.toBytes());
    assertThat(Origins.decode(header(record, KafkaHeaders.ORIGINS))).isEqualTo(batch.origins());
    assertThat(ByteBuffer.wrap(header(record, KafkaHeaders.TIME_MIN)).getLong()).isEqualTo(300);
    assertThat(ByteBuffer.wrap(header(record, KafkaHeaders.TIME_MAX)).getLong()).isEqualTo(900);
    assertThat(text(record, KafkaHeaders.SCHEMA)).isEqualTo("otlp/1 logs");
    assertThat(collected.items.getFirst()).containsExactly(0, 1, 2, 3);
  }

  @Test
  void saysZeroWhereNoItemHasATime() {
    LogsBuilder logs = Logs.builder();
    logs.record();

    make(logs.build());

    ProducerRecord<byte[], byte[]> record = collected.records.getFirst();
    assertThat(header(record, KafkaHeaders.TIME_MAX)).isEqualTo(new byte[8]);
    assertThat(record.headers().lastHeader(KafkaHeaders.ORIGINS)).isNull();
  }

  @Test
  void splitsToTheLargestMessageAndKeepsItemsAndOrigins() throws Exception {
    config.maxMessageBytes = 4_000;
    Batch batch = TestTelemetry.withOrigins(TestTelemetry.logs(TestTelemetry.ids("x", 500)), 0);

    make(batch);

    assertThat(collected.records.size()).isGreaterThan(5);
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < collected.records.size(); i++) {
      ProducerRecord<byte[], byte[]> record = collected.records.get(i);
      Batch part = Batch.read(Signal.LOGS, record.value());
      Origins origins = Origins.decode(header(record, KafkaHeaders.ORIGINS));
      assertThat(RecordMaker.sizeOf(record)).isLessThanOrEqualTo(4_000);
      assertThat(origins.size()).isEqualTo(part.itemCount());
      assertThat(collected.items.get(i)).hasSize(part.itemCount());
      assertThat(origins.start(0)).isEqualTo(collected.items.get(i)[0]);
      ids.addAll(TestTelemetry.ids(part));
    }
    assertThat(ids).isEqualTo(TestTelemetry.ids("x", 500));
    assertThat(collected.rejected).isEmpty();
  }

  @Test
  void splitsFurtherWhereTheOriginsAloneAreTooMany() throws Exception {
    config.maxMessageBytes = 2_000;
    LogsBuilder logs = Logs.builder();
    Origins.Builder origins = Origins.builder();
    for (int i = 0; i < 40; i++) {
      logs.record();
      origins.add("a stream with a name that is rather long for a test number " + i, i, i + 1, 0);
    }

    make(logs.build().withOrigins(origins.build()));

    assertThat(collected.records)
        .hasSizeGreaterThan(1)
        .allSatisfy(record -> assertThat(RecordMaker.sizeOf(record)).isLessThanOrEqualTo(2_000));
    assertThat(collected.items.stream().mapToInt(i -> i.length).sum()).isEqualTo(40);
  }

  @Test
  void rejectsAnItemThatIsTooLargeAlone() {
    config.maxMessageBytes = 2_000;
    LogsBuilder logs = Logs.builder();
    logs.record().body(Value.of("small"));
    logs.record().body(Value.of("x".repeat(3_000)));
    logs.record().body(Value.of("small too"));

    make(logs.build());

    assertThat(collected.rejected).hasSize(1);
    assertThat(collected.rejected.getFirst().index()).isEqualTo(1);
    assertThat(collected.rejected.getFirst().reason())
        .matches(
            "a record of 3\\d\\d\\d bytes \\(expected: at most producer.max_message_bytes, 2000\\)");
    assertThat(collected.items.stream().mapToInt(i -> i.length).sum()).isEqualTo(2);
  }

  @Test
  void splitsSmallerOnceABrokerHasRefusedARecord() {
    Batch batch = TestTelemetry.logs(TestTelemetry.ids("x", 500));
    RecordMaker maker = new RecordMaker(config.make());
    maker.learn(10_000);

    maker.make(Shipment.whole(SOMEWHERE, batch), NOBODY, collected);

    assertThat(collected.records)
        .hasSizeGreaterThan(1)
        .allSatisfy(record -> assertThat(RecordMaker.sizeOf(record)).isLessThanOrEqualTo(5_000));
    assertThat(collected.rejected).isEmpty();
  }

  @Test
  void writesBodiesAloneInRawEncoding() {
    config.encoding = "raw";
    LogsBuilder logs = Logs.builder();
    logs.record().body(Value.of(new byte[] {(byte) 0xff, 0}));
    logs.record().body(Value.of("say \"x\""));
    logs.record().body(Value.ofList(List.of(Value.of(1), Value.of("a"))));
    logs.record();
    Batch batch = TestTelemetry.withOrigins(logs.build(), 7);

    make(batch);

    assertThat(collected.records)
        .extracting(record -> new String(record.value(), StandardCharsets.ISO_8859_1))
        .containsExactly("\u00ff\0", "\"say \\\"x\\\"\"", "[1,\"a\"]", "");
    assertThat(collected.items.get(2)).containsExactly(2);
    assertThat(collected.records.get(0).headers().lastHeader(KafkaHeaders.SCHEMA)).isNull();
  }

  @Test
  void splitsJsonToTheLargestMessageAsWell() throws Exception {
    config.encoding = "otlp_json";
    config.maxMessageBytes = 5_000;
    Batch batch = TestTelemetry.withOrigins(TestTelemetry.logs(TestTelemetry.ids("j", 100)), 0);

    make(batch);

    List<String> ids = new ArrayList<>();
    for (ProducerRecord<byte[], byte[]> record : collected.records) {
      assertThat(RecordMaker.sizeOf(record)).isLessThanOrEqualTo(5_000);
      Batch part = OtlpJson.read(Signal.LOGS, record.value());
      assertThat(Origins.decode(header(record, KafkaHeaders.ORIGINS)).size())
          .isEqualTo(part.itemCount());
      ids.addAll(TestTelemetry.ids(part));
    }
    assertThat(ids).isEqualTo(TestTelemetry.ids("j", 100));
  }

  @Test
  void addsTheHeadersThatAreAskedFor() {
    config.signalHeader = true;
    config.recordHeaders = Map.of("team", "ops");
    config.includeMetadataKeys = List.of("X-Tenant", "absent");
    RequestContext request = new RequestContext(Map.of("x-tenant", List.of("a", "b")), null, 0);

    new RecordMaker(config.make())
        .make(Shipment.whole(SOMEWHERE, TestTelemetry.logs(List.of("x"))), request, collected);

    ProducerRecord<byte[], byte[]> record = collected.records.getFirst();
    assertThat(text(record, "team")).isEqualTo("ops");
    assertThat(text(record, "otelcol.signal")).isEqualTo("logs");
    assertThat(record.headers().headers("X-Tenant"))
        .extracting(header -> new String(header.value(), StandardCharsets.UTF_8))
        .containsExactly("a", "b");
    assertThat(record.headers().lastHeader("absent")).isNull();
  }

  @Test
  void stopsWhereTheSinkWantsNoMore() {
    config.maxMessageBytes = 2_000;
    collected.limit = 2;

    assertThat(make(TestTelemetry.logs(TestTelemetry.ids("x", 500)))).isFalse();

    assertThat(collected.records).hasSize(2);
  }

  private boolean make(Batch batch) {
    return new RecordMaker(config.make()).make(Shipment.whole(SOMEWHERE, batch), NOBODY, collected);
  }

  private static byte[] header(ProducerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header.value();
  }

  private static String text(ProducerRecord<byte[], byte[]> record, String name) {
    return new String(header(record, name), StandardCharsets.UTF_8);
  }

  private static final class Collected implements RecordMaker.Sink {
    private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    private final List<int[]> items = new ArrayList<>();
    private final List<RejectedItem> rejected = new ArrayList<>();
    private int limit = Integer.MAX_VALUE;

    @Override
    public boolean send(ProducerRecord<byte[], byte[]> record, int[] some) {
      records.add(record);
      items.add(some);
      return records.size() < limit;
    }

    @Override
    public void reject(RejectedItem item) {
      rejected.add(item);
    }
  }
}
