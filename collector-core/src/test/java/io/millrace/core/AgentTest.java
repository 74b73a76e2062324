package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.ComponentId;
import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Extension;
import io.millrace.api.component.Health;
import io.millrace.api.component.PushStream;
import io.millrace.api.component.SimpleProcessor;
import io.millrace.api.config.Endpoint;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.storage.Storage;
import io.millrace.api.storage.StorageProvider;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.fakes.Await;
import io.millrace.core.fakes.Ending;
import io.millrace.core.fakes.Holder;
import io.millrace.core.fakes.Telemetry;
import io.millrace.core.telemetry.Balance;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an agent does with telemetry, counts of it, and offers its components. */
class AgentTest extends AgentBench {

  @Test
  void carriesABatchFromReceiverToExporterAndTheAnswerBack() throws Exception {
    start(setup.pipeline("logs", "in", "", "out"));
    Ending ending = in.send(Telemetry.logs("a", "b"), Ending.ofPushed());
    assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(out.accepted()).containsExactly("a", "b");
    assertThat(agent().metricsPage())
        .contains("otelcol_receiver_accepted_log_records{data_type=\"logs\",receiver=\"in\"} 2\n")
        .contains("otelcol_exporter_sent_log_records{data_type=\"logs\",exporter=\"out\"} 2\n")
        .contains("otelcol_edge_items{from=\"pipeline:logs\",to=\"exporter:out\"} 2\n")
        .contains("otelcol_exporter_queue_capacity{data_type=\"logs\",exporter=\"out\"} 1000\n")
        .contains(
            "otelcol_exporter_delivery_latency_seconds_count{data_type=\"logs\",exporter=\"out\"}"
                + " 1\n");
  }

  @Test
  void givesALargeBatchToASimpleProcessorInParts() throws Exception {
    int items = 200_000;
    Logs whole = Telemetry.numbered("n", items);
    List<Batch> seen = new ArrayList<>();
    setup
        .processor(
            "looks",
            context ->
                simple(
                    batch -> {
                      seen.add(batch);
                      return batch;
                    }))
        .processor("filter", context -> simple(batch -> batch.filter(item -> item.index() != 0)));
    start(setup.pipeline("logs", "in", "looks filter", "out"));

    Ending ending = in.send(whole, Ending.ofReplayable());

    assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(ending.outcomes()).hasSize(1);
    assertThat(seen).hasSizeGreaterThan(1);
    assertThat(whole.sizeBytes() / seen.size())
        .isLessThanOrEqualTo((int) Math.max(1 << 20, Runtime.getRuntime().maxMemory() >> 5));
    List<String> expected = new ArrayList<>();
    for (Batch part : seen) {
      List<String> texts = Telemetry.texts(part);
      expected.addAll(texts.subList(1, texts.size()));
    }
    assertThat(seen.stream().mapToInt(Batch::itemCount).sum()).isEqualTo(items);
    assertThat(out.accepted()).containsExactlyInAnyOrderElementsOf(expected);
    Await.until(
        "nothing is in flight",
        () -> agent().balances().stream().allMatch(balance -> balance.inFlight() == 0));
    assertThat(agent().balances()).allSatisfy(balance -> assertThat(balance.missing()).isZero());
  }

  @Test
  void balancesItsBooksWhenNothingMoves() throws Exception {
    AtomicInteger turn = new AtomicInteger();
    out.otherwise(
        batch ->
            switch (turn.incrementAndGet() % 6) {
              case 0 -> new ExportOutcome.Retry("busy", null);
              case 1 -> new ExportOutcome.Rejected("never");
              case 2 -> new ExportOutcome.TooLarge("large");
              case 3 -> throw new IllegalStateException("on purpose");
              case 4 ->
                  new ExportOutcome.Partial(
                      List.of(new ExportOutcome.RejectedItem(0, "bad")),
                      new java.util.BitSet(),
                      "",
                      null);
              default -> ExportOutcome.ACCEPTED;
            });
    AtomicInteger refusals = new AtomicInteger();
    setup
        .processor(
            "flaky",
            context ->
                (SimpleProcessor)
                    (batch, request) ->
                        refusals.incrementAndGet() % 5 == 0
                            ? REFUSING.process(batch, request)
                            : batch)
        .processor(
            "filter", context -> simple(batch -> batch.filter(item -> item.index() % 3 != 0)))
        .processor("holder", context -> new Holder(3));
    start(
        setup
            .pipeline("logs", "in", "flaky filter", "out other")
            .pipeline("logs/2", "in", "holder", "other"));
    List<Ending> endings = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      Ending ending = i % 2 == 0 ? Ending.ofReplayable() : Ending.ofPushed();
      endings.add(in.send(Telemetry.numbered("t" + i + "-", 1 + i % 7), ending));
    }
    endings.forEach(Ending::outcome);
    assertThat(endings).allSatisfy(ending -> assertThat(ending.outcomes()).hasSize(1));
    Await.until(
        "nothing is in flight",
        () -> agent().balances().stream().allMatch(balance -> balance.inFlight() == 0));
    List<Balance> balances = agent().balances();
    assertThat(balances)
        .allSatisfy(balance -> assertThat(balance.missing()).as("%s", balance).isZero());
    assertThat(balances.stream().filter(b -> b.part().equals("exporter:out logs")).findFirst())
        .hasValueSatisfying(
            books -> {
              assertThat(books.out()).isPositive();
              assertThat(books.dropped()).isPositive();
            });
    // What left the pipelines is what the exporters were offered.
    assertThat(edge("processor:filter in logs", "exporter:out"))
        .isEqualTo(in(balances, "exporter:out logs"));
    assertThat(
            edge("processor:filter in logs", "exporter:other")
                + edge("processor:holder in logs/2", "exporter:other"))
        .isEqualTo(in(balances, "exporter:other logs"));
  }

  @Test
  void offersComponentsWhatTheyNeed() throws Exception {
    AtomicReference<ComponentContext> context = new AtomicReference<>();
    Map<String, byte[]> kept = new ConcurrentHashMap<>();
    AtomicReference<String> opened = new AtomicReference<>();
    setup
        .processor(
            "p",
            own -> {
              context.set(own);
              return simple(batch -> batch);
            })
        .extension(
            "store",
            own ->
                new FakeStore(
                    (kind, id) -> {
                      opened.set(kind + " " + id);
                      return kept;
                    }))
        .extension("idle", own -> new Extension() {});
    start(setup.pipeline("logs", "in", "p", "out"));
    ComponentContext own = context.get();
    assertThat(own.id()).isEqualTo(ComponentId.parse("p"));
    assertThat(own.agentId()).hasSize(22);
    assertThat(own.stateDirectory()).isDirectory().startsWith(directory);
    own.storage(null).put(Map.of("k", new byte[] {1}));
    assertThat(own.storage(null).get("k")).containsExactly(1);
    own.storage(ComponentId.parse("store")).put(Map.of("k", new byte[] {2}));
    assertThat(opened).hasValue("processor p");
    assertThat(kept).containsOnlyKeys("logs k");
    assertThat(own.storage(ComponentId.parse("store")).entries()).containsOnlyKeys("k");
    assertThatThrownBy(() -> own.service(StorageProvider.class, ComponentId.parse("idle")))
        .hasMessage("extension \"idle\" offers no StorageProvider");
    assertThatThrownBy(() -> own.service(StorageProvider.class, ComponentId.parse("none")))
        .hasMessage(
            "extension \"none\" is not enabled (expected: it stands in service::extensions)");
    own.meter().counter("things", "Things", Map.of("a", "b")).add(3);
    assertThat(agent().metricsPage())
        .contains("otelcol_things{a=\"b\",pipeline=\"logs\",processor=\"p\"} 3\n");
    own.report(new Health.Degraded("slow"));
    assertThat(own.agentHealth().components())
        .containsEntry("processor:p", new Health.Degraded("slow"));
    own.deadLetters().putRaw(new byte[] {1, 2}, "topic 3", "no telemetry");
    assertThat(Files.readString(directory.resolve("dead-letters/processor-p.jsonl")))
        .contains("\"origin\":\"topic 3\",\"raw\":\"AQI=\"");
  }

  @Test
  void numbersPushedTelemetryAnewAtEveryStart() throws Exception {
    List<PushStream> streams = new ArrayList<>();
    setup.receiver(
        "in",
        Set.of(Signal.LOGS),
        (context, outputs) -> {
          streams.add(context.pushStream());
          return in.into(outputs);
        });
    setup.pipeline("logs", "in", "", "out");
    start(setup);
    stop();
    start(setup);
    assertThat(streams).hasSize(2);
    String first = streams.get(0).next(2).stream(1);
    assertThat(first).matches("push/[A-Za-z0-9_-]{22}/in/[0-9]{13}");
    assertThat(streams.get(0).next(1).start(0)).isEqualTo(2);
    assertThat(streams.get(1).next(1).stream(0))
        .matches("push/[A-Za-z0-9_-]{22}/in/[0-9]{13}")
        .isNotEqualTo(first);
  }

  @Test
  void goesOnWhenThePortOfItsMetricsIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
      setup.prometheus(new Endpoint("localhost", taken.getLocalPort()));
      start(setup.pipeline("logs", "in", "", "out"));
      assertThat(agent().metricsPort()).isEmpty();
      assertThat(in.send(Telemetry.logs("a"), Ending.ofPushed()).outcome())
          .isEqualTo(Outcome.DELIVERED);
    }
  }

  @Test
  void servesItsMetrics() throws Exception {
    start(setup.prometheus(new Endpoint("localhost", 0)).pipeline("logs", "in", "", "out"));
    assertThat(agent().metricsPort()).isPresent();
  }

  private long edge(String from, String to) {
    return agent()
        .instruments()
        .counter("otelcol_edge_items", "", Map.of("from", from, "to", to))
        .value();
  }

  private static long in(List<Balance> balances, String part) {
    return balances.stream()
        .filter(balance -> balance.part().equals(part))
        .mapToLong(Balance::in)
        .sum();
  }

  /** A storage extension that keeps everything in one map. */
  private record FakeStore(
      java.util.function.BiFunction<String, ComponentId, Map<String, byte[]>> maps)
      implements Extension, StorageProvider {
    @Override
    public Storage open(String kind, ComponentId id) {
      Map<String, byte[]> map = maps.apply(kind, id);
      return new Storage() {
        @Override
        public byte @Nullable [] get(String key) throws IOException {
          return map.get(key);
        }

        @Override
        public Map<String, byte[]> entries() throws IOException {
          return Map.copyOf(map);
        }

        @Override
        public void put(Map<String, byte @Nullable []> changes) throws IOException {
          changes.forEach(
              (key, value) -> {
                if (value == null) {
                  map.remove(key);
                } else {
                  map.put(key, value);
                }
              });
        }
      };
    }
  }
}
