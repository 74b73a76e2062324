package io.millrace.exporter.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.telemetry.Item;
import io.millrace.api.telemetry.LogRecordWriter;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.LogsBuilder;
import io.millrace.api.telemetry.ResourceGroup;
import io.millrace.api.telemetry.ScopeGroup;
import io.millrace.api.telemetry.Signal;
import io.millrace.api.telemetry.Value;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class IndexRouterTest {
  private final TestConfig config = TestConfig.at("http://localhost:9200");

  @Test
  void goesToTheGenericDataStreamByDefault() {
    assertThat(route(Map.of(), "", Map.of()))
        .isEqualTo(new IndexName("logs-generic.otel-default", "generic.otel", "default"));
  }

  @Test
  void takesTheRecordsAttributesBeforeTheResources() {
    IndexName name =
        route(
            Map.of("data_stream.dataset", "outer", "data_stream.namespace", "prod"),
            "",
            Map.of("data_stream.dataset", "inner"));

    assertThat(name.index()).isEqualTo("logs-inner.otel-prod");
  }

  @Test
  void cleansDatasetAndNamespaceAsDataStreamsNeed() {
    IndexName name =
        route(
            Map.of(),
            "",
            Map.of("data_stream.dataset", "A-b/C*d", "data_stream.namespace", "X-y:z"));

    assertThat(name.index()).isEqualTo("logs-a_b_c_d.otel-x-y_z");
  }

  @Test
  void shortensLongDatasets() {
    IndexName name = route(Map.of(), "", Map.of("data_stream.dataset", "x".repeat(300)));

    assertThat(name.dataset()).hasSize(100).endsWith("x.otel");
  }

  @Test
  void takesTheReceiverInTheScopesNameAsDataset() {
    assertThat(route(Map.of(), "a/receiver/hostmetricsreceiver/internal/cpu", Map.of()).index())
        .isEqualTo("logs-hostmetricsreceiver.otel-default");
  }

  @Test
  void takesTheIndexAttributeBeforeTheDataStream() {
    IndexName name =
        route(
            Map.of("elasticsearch.index", "from-resource"),
            "",
            Map.of("data_stream.dataset", "inner"));

    assertThat(name).isEqualTo(IndexName.plain("from-resource"));
  }

  @Test
  void takesTheConfiguredIndexBeforeAll() {
    config.logsIndex = "mine";

    assertThat(route(Map.of(), "", Map.of("elasticsearch.index", "other")))
        .isEqualTo(IndexName.plain("mine"));
  }

  @Test
  void appendsTheRecordsDateInUtc() {
    config.logsIndex = "app";
    config.logstashFormat = new LogstashFormatConfig(true, "-", "%Y.%m.%d");
    IndexRouter router = new IndexRouter(config.make());
    long lastSecondOf2025 = 1_767_225_599_000_000_000L;

    assertThat(route(router, log -> log.timeUnixNanos(lastSecondOf2025)))
        .isEqualTo(IndexName.plain("app-2025.12.31"));
    assertThat(route(router, log -> log.timeUnixNanos(lastSecondOf2025 + 1_000_000_000)))
        .isEqualTo(IndexName.plain("app-2026.01.01"));
  }

  @Test
  void takesTheObservedDateWhereTheRecordHasNoneAndNeverTheClocks() {
    config.logsIndex = "app";
    config.logstashFormat = new LogstashFormatConfig(true, "_", "%y%j");
    IndexRouter router = new IndexRouter(config.make());

    assertThat(route(router, log -> log.observedTimeUnixNanos(1_767_225_600_000_000_000L)).index())
        .isEqualTo("app_26001");
    assertThat(route(router, log -> log.severity(1, "TRACE")).index()).isEqualTo("app_70001");
  }

  private IndexName route(Map<String, String> resource, String scope, Map<String, String> record) {
    LogsBuilder logs = Logs.builder();
    logs.resource(r -> resource.forEach((k, v) -> r.put(k, Value.of(v))));
    logs.scope(scope, "");
    LogRecordWriter log = logs.record();
    record.forEach((k, v) -> log.put(k, Value.of(v)));
    return route(new IndexRouter(config.make()), logs.build());
  }

  private static IndexName route(IndexRouter router, Consumer<LogRecordWriter> content) {
    LogsBuilder logs = Logs.builder();
    content.accept(logs.record());
    return route(router, logs.build());
  }

  private static IndexName route(IndexRouter router, Logs logs) {
    for (ResourceGroup group : logs.groups()) {
      for (ScopeGroup scope : group.scopes()) {
        for (Item item : scope.items()) {
          return router.route(Signal.LOGS, IndexRouter.Around.of(group, scope), item);
        }
      }
    }
    throw new AssertionError("no record");
  }
}
