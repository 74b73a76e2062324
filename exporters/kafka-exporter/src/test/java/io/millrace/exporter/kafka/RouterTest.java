package io.millrace.exporter.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.LogsBuilder;
import io.millrace.api.telemetry.Origins;
import io.millrace.api.telemetry.Signal;
import io.millrace.api.telemetry.Value;
import io.millrace.exporter.kafka.KafkaExporterConfig.PartitionerConfig;
import io.millrace.exporter.kafka.KafkaExporterConfig.SignalConfig;
import io.millrace.testkit.TestTelemetry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class RouterTest {
  private static final int PARTITIONS = 8;
  private static final RequestContext NOBODY = RequestContext.local(0);

  private final TestConfig config = new TestConfig();

  @Test
  void sendsAStreamToOnePartitionAlways() throws Exception {
    Router router = new Router(config.make());
    Batch first = TestTelemetry.withOrigins(TestTelemetry.logs(TestTelemetry.ids("a", 5)), 0);
    Batch second = TestTelemetry.withOrigins(TestTelemetry.logs(TestTelemetry.ids("b", 5)), 5);

    List<Shipment> one = route(router, first, NOBODY);
    List<Shipment> two = route(router, second, NOBODY);

    assertThat(one).hasSize(1);
    assertThat(one.getFirst().part()).isSameAs(first);
    assertThat(one.getFirst().destination().topic()).isEqualTo("otlp_logs");
    assertThat(two.getFirst().destination()).isEqualTo(one.getFirst().destination());
  }

  @Test
  void keepsTheOrderOfEveryStreamWhereStreamsAreMixed() throws Exception {
    Logs logs = TestTelemetry.logs(TestTelemetry.ids("x", 60));
    Origins.Builder origins = Origins.builder();
    for (int i = 0; i < 60; i++) {
      origins.add("stream-" + i % 6, i, i + 1, 0);
    }
    Batch batch = logs.withOrigins(origins.build());

    List<Shipment> shipments = route(new Router(config.make()), batch, NOBODY);

    Map<String, Integer> partitionOf = new TreeMap<>();
    int items = 0;
    for (Shipment shipment : shipments) {
      List<String> ids = TestTelemetry.ids(shipment.part());
      int before = -1;
      for (int i = 0; i < ids.size(); i++) {
        int item = shipment.items()[i];
        assertThat(ids.get(i)).isEqualTo("x-" + item);
        assertThat(item).isGreaterThan(before);
        before = item;
        String stream = shipment.part().origins().stream(i);
        assertThat(stream).isEqualTo("stream-" + item % 6);
        assertThat(partitionOf.computeIfAbsent(stream, s -> shipment.destination().partition()))
            .isEqualTo(shipment.destination().partition());
        items++;
      }
    }
    assertThat(items).isEqualTo(60);
    assertThat(partitionOf).hasSize(6);
  }

  @Test
  void takesPartitionsInTurnForTelemetryWithoutOrigins() throws Exception {
    Router router = new Router(config.make());
    Batch batch = TestTelemetry.logs(List.of("a"));

    List<Integer> partitions = new ArrayList<>();
    for (int i = 0; i < PARTITIONS + 1; i++) {
      partitions.add(route(router, batch, NOBODY).getFirst().destination().partition());
    }

    assertThat(partitions).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 0);
  }

  @Test
  void splitsByTraceWithTheIdAsKey() throws Exception {
    config.logsByTraceId = true;
    LogsBuilder logs = Logs.builder();
    for (int i = 0; i < 6; i++) {
      var log = logs.record().put(TestTelemetry.ID, "r-" + i);
      if (i < 4) {
        byte[] id = new byte[16];
        id[0] = (byte) (i % 2 + 1);
        log.traceId(id);
      }
    }

    List<Shipment> shipments = route(new Router(config.make()), logs.build(), NOBODY);

    assertThat(shipments)
        .extracting(s -> key(s))
        .containsExactly("01" + "0".repeat(30), "02" + "0".repeat(30), "");
    assertThat(shipments)
        .extracting(s -> TestTelemetry.ids(s.part()))
        .containsExactly(List.of("r-0", "r-2"), List.of("r-1", "r-3"), List.of("r-4", "r-5"));
    assertThat(shipments.get(1).items()).containsExactly(1, 3);
  }

  @Test
  void splitsSpansByTrace() throws Exception {
    config.tracesById = true;
    Batch spans = TestTelemetry.batch(Signal.TRACES, TestTelemetry.ids("s", 3));

    List<Shipment> shipments = route(new Router(config.make()), spans, NOBODY);

    assertThat(shipments).hasSize(1);
    assertThat(key(shipments.getFirst())).isEqualTo("0".repeat(31) + "1");
  }

  @Test
  void splitsByResourceWhateverTheOrderOfItsAttributes() throws Exception {
    config.logsByResource = true;
    LogsBuilder logs = Logs.builder();
    logs.resource(r -> r.put("a", Value.of("1")).put("b", Value.of("2"))).record();
    logs.resource(r -> r.put("a", Value.of("1")).put("b", Value.of(2))).record();
    logs.resource(r -> r.put("b", Value.of("2")).put("a", Value.of("1"))).record();

    List<Shipment> shipments = route(new Router(config.make()), logs.build(), NOBODY);

    assertThat(shipments)
        .extracting(Shipment::items)
        .containsExactly(new int[] {0, 2}, new int[] {1});
    assertThat(key(shipments.get(0))).matches("[0-9a-f]{32}").isNotEqualTo(key(shipments.get(1)));
  }

  @Test
  void takesTheTopicFromTheResource() throws Exception {
    config.topicFromAttribute = "kafka.topic";
    LogsBuilder logs = Logs.builder();
    logs.resource(r -> r.put("kafka.topic", Value.of("orders"))).record();
    logs.resource(r -> r.put("other", Value.of("x"))).record();
    logs.resource(r -> r.put("kafka.topic", Value.of("not a topic"))).record();

    Router.Plan plan = new Router(config.make()).route(logs.build(), NOBODY, topic -> PARTITIONS);

    assertThat(plan.shipments())
        .extracting(s -> s.destination().topic())
        .containsExactly("orders", "otlp_logs");
    assertThat(plan.rejected()).hasSize(1);
    assertThat(plan.rejected().getFirst().index()).isEqualTo(2);
    assertThat(plan.rejected().getFirst().reason()).startsWith("topic \"not a topic\" (expected:");
  }

  @Test
  void takesTopicAndKeyFromTheRequestFirst() throws Exception {
    config.topicFromAttribute = "kafka.topic";
    config.logs = new SignalConfig("plain", null, "X-Topic", "x-key");
    LogsBuilder logs = Logs.builder();
    logs.resource(r -> r.put("kafka.topic", Value.of("orders"))).record();
    RequestContext request =
        new RequestContext(Map.of("x-topic", List.of("asked"), "x-key", List.of("k")), null, 0);

    Shipment shipment = route(new Router(config.make()), logs.build(), request).getFirst();

    assertThat(shipment.destination().topic()).isEqualTo("asked");
    assertThat(key(shipment)).isEqualTo("k");
    assertThat(shipment.destination().partition())
        .isEqualTo(
            KeyHash.SARAMA_COMPAT.partition("k".getBytes(StandardCharsets.UTF_8), PARTITIONS));
  }

  @Test
  void rejectsEverythingForATopicThatCannotBe() throws Exception {
    config.logs = new SignalConfig(null, null, "x-topic", "");
    RequestContext request = new RequestContext(Map.of("x-topic", List.of("..")), null, 0);

    Router.Plan plan =
        new Router(config.make())
            .route(TestTelemetry.logs(List.of("a", "b")), request, topic -> PARTITIONS);

    assertThat(plan.shipments()).isEmpty();
    assertThat(plan.rejected()).hasSize(2);
  }

  @Test
  void takesPartitionsInTurnWhereTheConfigurationSaysSo() throws Exception {
    config.partitioner = new PartitionerConfig(null, Map.of(), null, null);
    Router router = new Router(config.make());
    Batch batch = TestTelemetry.withOrigins(TestTelemetry.logs(List.of("a")), 0);

    int first = route(router, batch, NOBODY).getFirst().destination().partition();
    int second = route(router, batch, NOBODY).getFirst().destination().partition();

    assertThat(Arrays.asList(first, second)).containsExactly(0, 1);
  }

  private static String key(Shipment shipment) {
    byte[] key = shipment.destination().key();
    return key == null ? "" : new String(key, StandardCharsets.UTF_8);
  }

  private static List<Shipment> route(Router router, Batch batch, RequestContext request)
      throws Exception {
    Router.Plan plan = router.route(batch, request, topic -> PARTITIONS);
    assertThat(plan.rejected()).isEmpty();
    return plan.shipments();
  }
}
