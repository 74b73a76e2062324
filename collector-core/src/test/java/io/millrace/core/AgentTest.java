package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.ComponentId;
import io.millrace.api.component.Connector;
import io.millrace.api.component.ConnectorFactory.Pair;
import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Extension;
import io.millrace.api.component.Health;
import io.millrace.api.component.Outputs;
import io.millrace.api.component.Processor;
import io.millrace.api.component.PushStream;
import io.millrace.api.component.RefusedException;
import io.millrace.api.component.SimpleProcessor;
import io.millrace.api.component.StatefulProcessor;
import io.millrace.api.config.Endpoint;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.storage.Storage;
import io.millrace.api.storage.StorageProvider;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.fakes.AgentSetup;
import io.millrace.core.fakes.Await;
import io.millrace.core.fakes.Ending;
import io.millrace.core.fakes.FakeExporter;
import io.millrace.core.fakes.FakeReceiver;
import io.millrace.core.fakes.Holder;
import io.millrace.core.fakes.Telemetry;
import io.millrace.core.state.StateException;
import io.millrace.core.telemetry.Balance;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentTest {
  @TempDir Path directory;
  private final FakeReceiver in = new FakeReceiver();
  private final FakeExporter out = new FakeExporter();
  private final FakeExporter other = new FakeExporter();

  @SuppressWarnings("NullAway.Init") // Made before each test.
  private AgentSetup setup;

  private @Nullable Agent running;

  @BeforeEach
  void prepare() {
    setup =
        new AgentSetup(directory).receiver("in", in).exporter("out", out).exporter("other", other);
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (running != null) {
      running.stop();
    }
  }

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
  void sharesReceiversAndExportersButNotProcessors() throws Exception {
    AtomicInteger receivers = new AtomicInteger();
    AtomicInteger processors = new AtomicInteger();
    AtomicInteger exporters = new AtomicInteger();
    start(
        new AgentSetup(directory)
            .receiver(
                "in",
                Set.of(Signal.values()),
                (context, outputs) -> {
                  receivers.incrementAndGet();
                  assertThat(outputs.signals())
                      .containsExactlyInAnyOrder(Signal.LOGS, Signal.TRACES);
                  assertThat(outputs.of(Signal.METRICS)).isEmpty();
                  return in.into(outputs);
                })
            .processor(
                "p",
                context -> {
                  processors.incrementAndGet();
                  return simple(batch -> batch);
                })
            .exporter(
                "out",
                DeliverySettings.standard(),
                context -> {
                  exporters.incrementAndGet();
                  return out;
                })
            .pipeline("logs", "in", "p", "out")
            .pipeline("logs/2", "in", "p", "out")
            .pipeline("traces", "in", "p", "out"));
    Ending ending = in.send(Telemetry.logs("a"), Ending.ofReplayable());
    assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(out.accepted()).containsExactly("a", "a");
    assertThat(receivers).hasValue(1);
    assertThat(processors).hasValue(3);
    assertThat(exporters).hasValue(1);
    assertThat(agent().health().components())
        .containsOnlyKeys("exporter:out", "processor:p", "receiver:in");
    assertThat(List.copyOf(agent().health().components().keySet()))
        .containsExactly("exporter:out", "processor:p", "receiver:in");
  }

  @Test
  void buildsNothingThatNoPipelineNames() throws Exception {
    setup.processor(
        "unused",
        context -> {
          throw new AssertionError("made");
        });
    start(setup.pipeline("logs", "in", "", "out"));
    assertThat(agent().health().components()).containsOnlyKeys("exporter:out", "receiver:in");
  }

  @Test
  void letsEveryBranchAdmitOnItsOwn() throws Exception {
    other.otherwise(batch -> new ExportOutcome.Retry("down", null));
    DeliverySettings noRetry =
        DeliverySettings.standard()
            .withRetry(
                new DeliverySettings.Retry(
                    false, Duration.ofMillis(1), 0, 1, Duration.ofMillis(1), Duration.ZERO));
    setup.exporter("other", noRetry, context -> other);
    start(setup.pipeline("logs", "in", "", "other out"));
    Ending ending = in.send(Telemetry.logs("a"), Ending.ofPushed());
    assertThat(ending.outcome()).isEqualTo(new Outcome.Refused("exporter:other: down", null));
    assertThat(out.accepted()).containsExactly("a");
    assertThat(out.attempts()).hasSize(1);
  }

  @Test
  void waitsForEveryBranch() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    other.otherwise(
        batch -> {
          go.await();
          return ExportOutcome.ACCEPTED;
        });
    start(setup.pipeline("logs", "in", "", "out").pipeline("logs/2", "in", "", "other"));
    Ending ending = in.send(Telemetry.logs("a"), Ending.ofPushed());
    Await.until("one branch has it", () -> out.accepted().size() == 1);
    assertThat(ending.hasEnded()).isFalse();
    go.countDown();
    assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void countsAndNotesWhatAProcessorDrops() throws Exception {
    setup.processor(
        "filter",
        context ->
            simple(
                batch ->
                    batch.filter(
                        item -> !((LogRecord) item).body().stringValue().startsWith("drop"))));
    start(setup.pipeline("logs", "in", "filter", "out"));
    Ending some =
        in.send(
            Telemetry.logs("file/x", 0, "drop", "drop", "keep", "drop", "keep"),
            Ending.ofReplayable());
    Ending all = in.send(Telemetry.logs("file/y", 50, "drop"), Ending.ofReplayable());
    assertThat(all.outcomes()).containsExactly(Outcome.DELIVERED);
    assertThat(some.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(out.accepted()).containsExactly("keep", "keep");
    assertThat(agent().metricsPage())
        .contains(
            "otelcol_processor_dropped_items{otel_signal=\"logs\",pipeline=\"logs\",processor=\"filter\",reason=\"filtered\"}"
                + " 4\n");
    assertThat(Files.readAllLines(directory.resolve("drops.jsonl")))
        .map(line -> line.replaceFirst("\"time\":\"[^\"]*\",", ""))
        .containsExactly(
            "{\"component\":\"processor:filter\",\"stream\":\"file/x\",\"start\":0,\"end\":20,\"sub\":0}",
            "{\"component\":\"processor:filter\",\"stream\":\"file/x\",\"start\":30,\"end\":40,\"sub\":0}",
            "{\"component\":\"processor:filter\",\"stream\":\"file/y\",\"start\":50,\"end\":60,\"sub\":0}");
  }

  @Test
  void tellsTheSourceWhenAProcessorRefuses() throws Exception {
    setup.processor("limiter", context -> (SimpleProcessor) AgentTest::refuse);
    start(setup.pipeline("logs", "in", "limiter", "out"));
    assertThat(in.send(Telemetry.logs("a"), Ending.ofPushed()).outcomes())
        .containsExactly(
            new Outcome.Refused("processor:limiter: memory is short", Duration.ofSeconds(3)));
  }

  @Test
  void refusesABatchOnWhichAProcessorFails() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    setup.processor(
        "bad",
        context ->
            simple(
                batch ->
                    switch (calls.incrementAndGet()) {
                      case 1 -> throw new IllegalStateException("on purpose");
                      case 2 -> throw new AssertionError("on purpose");
                      case 3 -> Batch.empty(Signal.TRACES);
                      default -> batch;
                    }));
    start(setup.pipeline("logs", "in", "bad", "out"));
    assertThat(in.send(Telemetry.logs("a"), Ending.ofPushed()).outcomes())
        .containsExactly(
            new Outcome.Refused("processor:bad: IllegalStateException: on purpose", null));
    assertThat(in.send(Telemetry.logs("a"), Ending.ofPushed()).outcomes())
        .containsExactly(new Outcome.Refused("processor:bad: AssertionError: on purpose", null));
    assertThat(in.send(Telemetry.logs("a"), Ending.ofPushed()).outcomes())
        .containsExactly(new Outcome.Refused("processor:bad: made no batch of logs", null));
    assertThat(in.send(Telemetry.logs("a"), Ending.ofPushed()).outcome())
        .isEqualTo(Outcome.DELIVERED);
    assertThat(agent().metricsPage())
        .contains("otelcol_component_misbehaved{component=\"processor:bad\"} 3\n");
  }

  @Test
  void keepsDeliveriesOfAProcessorThatHoldsThem() throws Exception {
    setup.processor("holder", context -> new Holder(2));
    start(setup.pipeline("logs", "in", "holder", "out"));
    Ending first = in.send(Telemetry.logs("a"), Ending.ofReplayable());
    assertThat(first.hasEnded()).isFalse();
    Ending second = in.send(Telemetry.logs("b"), Ending.ofReplayable());
    assertThat(first.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(second.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(out.attempts()).containsExactly(List.of("a", "b"));
    Ending third = in.send(Telemetry.logs("c"), Ending.ofReplayable());
    stop();
    assertThat(third.outcomes()).containsExactly(Outcome.DELIVERED);
    assertThat(out.accepted()).containsExactly("a", "b", "c");
  }

  @Test
  void endsADeliveryOnceThoughAProcessorEndsItTwice() throws Exception {
    setup.processor(
        "twice",
        context ->
            stateful(
                (parcel, next) -> {
                  next.accept(parcel);
                  parcel.delivery().refused("no, wait");
                  parcel.delivery().delivered();
                }));
    start(setup.pipeline("logs", "in", "twice", "out"));
    Ending ending = in.send(Telemetry.logs("a"), Ending.ofPushed());
    Await.until("the export ends", () -> out.accepted().size() == 1);
    Await.until(
        "the second and third end are counted",
        () ->
            agent()
                .metricsPage()
                .contains("otelcol_delivery_ended_twice{component=\"processor:twice\"} 2\n"));
    assertThat(ending.outcomes()).hasSize(1);
  }

  @Test
  void endsADeliveryThatAThrowingProcessorLeftOpen() throws Exception {
    setup.processor(
        "throwing",
        context ->
            stateful(
                (parcel, next) -> {
                  throw new IllegalStateException("on purpose");
                }));
    start(setup.pipeline("logs", "in", "throwing", "out"));
    assertThat(in.send(Telemetry.logs("a"), Ending.ofPushed()).outcomes())
        .containsExactly(
            new Outcome.Refused("processor:throwing: IllegalStateException: on purpose", null));
  }

  @Test
  void showsADeliveryThatNeverEndsAndEndsItWhenTheAgentStops() throws Exception {
    setup.processor("forgetful", context -> stateful((parcel, next) -> {}));
    start(setup.pipeline("logs", "in", "forgetful", "out"));
    Ending ending = in.send(Telemetry.logs("a"), Ending.ofPushed());
    assertThat(ending.hasEnded()).isFalse();
    Await.until(
        "its age shows",
        () ->
            gauge("otelcol_receiver_oldest_unacknowledged_age_seconds") > 0
                && gauge("otelcol_processor_taken_oldest_age_seconds") > 0);
    stop();
    assertThat(ending.outcomes()).containsExactly(Outcome.STOPPED);
  }

  @Test
  void refusesTelemetryOfTheWrongSignal() throws Exception {
    AtomicReference<Outputs> outputs = new AtomicReference<>();
    setup.receiver(
        "in",
        Set.of(Signal.LOGS),
        (context, pipelines) -> {
          outputs.set(pipelines);
          return in.into(pipelines);
        });
    start(setup.pipeline("logs", "in", "", "out"));
    Ending ending = Ending.ofPushed();
    Consumer logs = outputs.get().of(Signal.LOGS).orElseThrow();
    logs.accept(new Parcel(Batch.empty(Signal.TRACES), ending, RequestContext.local(1)));
    assertThat(ending.outcomes())
        .containsExactly(new Outcome.Rejected("receiver:in sent traces to logs"));
  }

  @Test
  void leadsThroughConnectors() throws Exception {
    setup.connector(
        "forward",
        Set.of(new Pair(Signal.LOGS, Signal.LOGS)),
        (context, outputs) -> forward(outputs));
    start(
        setup
            .pipeline("logs/in", "in", "", "forward out")
            .pipeline("logs/a", "forward", "", "other")
            .pipeline("logs/b", "forward", "", "other"));
    Ending ending = in.send(Telemetry.logs("a"), Ending.ofPushed());
    assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(out.accepted()).containsExactly("a");
    assertThat(other.accepted()).containsExactly("a", "a");
  }

  @Test
  void startsAComponentAgainUntilItRuns() throws Exception {
    out.failStart("backend:1: refused", "backend:1: refused");
    CountDownLatch mayStart = new CountDownLatch(1);
    AtomicInteger made = new AtomicInteger();
    setup.exporter(
        "out",
        DeliverySettings.standard(),
        context -> {
          if (made.incrementAndGet() == 2) {
            await(mayStart);
          }
          return out;
        });
    start(setup.pipeline("logs", "in", "", "out").pipeline("logs/2", "in", "", "other"));
    assertThat(agent().health().ready()).isFalse();
    assertThat(agent().health().upSince()).isEqualTo(Instant.MAX);
    assertThat(agent().health().components())
        .containsEntry("exporter:out", new Health.Failed("backend:1: refused"))
        .containsEntry("exporter:other", Health.OK)
        .containsEntry("receiver:in", Health.OK);
    assertThat(in.send(Telemetry.logs("pushed"), Ending.ofPushed()).outcome())
        .isEqualTo(new Outcome.Refused("exporter:out is not running: backend:1: refused", null));
    assertThat(other.accepted()).containsExactly("pushed");
    Ending patient = in.send(Telemetry.logs("read"), Ending.ofReplayable());
    mayStart.countDown();
    assertThat(patient.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(out.accepted()).containsExactly("read");
    Await.until("the agent is ready", () -> agent().health().ready());
    assertThat(agent().health().upSince()).isBeforeOrEqualTo(Instant.now());
    assertThat(made).hasValue(3);
  }

  @Test
  void survivesFactoriesThatThrow() throws Exception {
    AtomicInteger made = new AtomicInteger();
    setup.processor(
        "late",
        context -> {
          if (made.incrementAndGet() < 3) {
            throw new NoClassDefFoundError("on/Purpose");
          }
          return simple(batch -> batch);
        });
    start(setup.pipeline("logs", "in", "late", "out"));
    Ending ending = in.send(Telemetry.logs("a"), Ending.ofReplayable());
    assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(made).hasValue(3);
  }

  @Test
  void doesNotWaitForAComponentThatHangsAtStart() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    setup
        .extension(
            "hanging",
            context ->
                new Extension() {
                  @Override
                  public void start() throws InterruptedException {
                    never.await();
                  }
                })
        .options(options -> options.withStartLimit(Duration.ofMillis(20)));
    start(setup.pipeline("logs", "in", "", "out"));
    assertThat(in.send(Telemetry.logs("a"), Ending.ofPushed()).outcome())
        .isEqualTo(Outcome.DELIVERED);
    assertThat(agent().health().ready()).isFalse();
  }

  @Test
  void leavesAComponentBehindThatHangsAtStop() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    in.onStop(
        () -> {
          while (release.getCount() > 0) {
            try {
              release.await();
            } catch (InterruptedException e) {
              // On purpose.
            }
          }
        });
    setup.options(options -> options.withGrace(Duration.ofMillis(100)));
    start(setup.pipeline("logs", "in", "", "out"));
    stop();
    assertThat(in.stops()).isEqualTo(1);
    release.countDown();
  }

  @Test
  void stopsReceiversFirstAndExtensionsLast() throws Exception {
    List<String> order = new CopyOnWriteArrayList<>();
    in.onStop(() -> order.add("receiver"));
    setup
        .processor("p", context -> closing(order, "processor"))
        .connector(
            "c",
            Set.of(new Pair(Signal.LOGS, Signal.LOGS)),
            (context, outputs) -> closing(forward(outputs), order))
        .extension(
            "e",
            context ->
                new Extension() {
                  @Override
                  public void stop() {
                    order.add("extension");
                  }
                });
    start(setup.pipeline("logs", "in", "p", "c").pipeline("logs/2", "c", "", "out"));
    stop();
    assertThat(order).containsExactly("receiver", "processor", "connector", "extension");
  }

  @Test
  void answersAReceiverThatWaitsForDeliveriesWhenItStops() throws Exception {
    out.otherwise(batch -> new ExportOutcome.Retry("down", Duration.ofHours(1)));
    setup.options(options -> options.withGrace(Duration.ofMillis(200)));
    start(setup.pipeline("logs", "in", "", "out"));
    Ending ending = in.send(Telemetry.logs("a"), Ending.ofPushed());
    CountDownLatch answered = new CountDownLatch(1);
    in.onStop(
        () -> {
          assertThat(ending.outcome()).isEqualTo(Outcome.STOPPED);
          answered.countDown();
        });
    stop();
    assertThat(ending.outcomes()).containsExactly(Outcome.STOPPED);
    assertThat(answered.getCount()).isZero();
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
                        refusals.incrementAndGet() % 5 == 0 ? refuse(batch, request) : batch)
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
    assertThat(first).matches("push/[A-Za-z0-9_-]{22}/in/1");
    assertThat(streams.get(0).next(1).start(0)).isEqualTo(2);
    assertThat(streams.get(1).next(1).stream(0)).isEqualTo(first.replaceFirst("1$", "2"));
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

  @Test
  void refusesToStartWithAStateDirectoryInUse() throws Exception {
    start(setup.pipeline("logs", "in", "", "out"));
    Agent second = setup.agent();
    assertThatThrownBy(second::start)
        .isInstanceOf(StateException.class)
        .hasMessageContaining("is in use by another agent");
  }

  @Test
  void canBeStoppedWithoutAStart() throws Exception {
    Agent idle = setup.pipeline("logs", "in", "", "out").agent();
    idle.stop();
    idle.stop();
    assertThat(in.starts()).isZero();
  }

  private Agent start(AgentSetup prepared) throws Exception {
    Agent agent = prepared.agent();
    running = agent;
    agent.start();
    return agent;
  }

  private Agent agent() {
    return Objects.requireNonNull(running);
  }

  private double gauge(String name) {
    return agent().instruments().collect().stream()
        .filter(metric -> metric.getName().equals(name))
        .flatMap(metric -> metric.getDoubleGaugeData().getPoints().stream())
        .mapToDouble(point -> point.getValue())
        .sum();
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

  private static SimpleProcessor simple(Function<Batch, Batch> work) {
    return (batch, context) -> work.apply(batch);
  }

  private static Batch refuse(Batch batch, RequestContext context) throws RefusedException {
    throw new RefusedException("memory is short", Duration.ofSeconds(3));
  }

  private static Processor closing(List<String> order, String name) {
    return new SimpleProcessor() {
      @Override
      public Batch process(Batch batch, RequestContext context) {
        return batch;
      }

      @Override
      public void stop() {
        order.add(name);
      }
    };
  }

  private static Connector closing(Connector connector, List<String> order) {
    return new Connector() {
      @Override
      public StatefulProcessor.Mode mode() {
        return connector.mode();
      }

      @Override
      public void accept(Parcel parcel) throws InterruptedException {
        connector.accept(parcel);
      }

      @Override
      public void stop() {
        order.add("connector");
      }
    };
  }

  private static Connector forward(Outputs outputs) {
    return new Connector() {
      @Override
      public StatefulProcessor.Mode mode() {
        return StatefulProcessor.Mode.HOLD;
      }

      @Override
      public void accept(Parcel parcel) throws InterruptedException {
        outputs.of(parcel.batch().signal()).orElseThrow().accept(parcel);
      }
    };
  }

  /** The body of a stateful processor. */
  @FunctionalInterface
  private interface Taking {
    void accept(Parcel parcel, Consumer next) throws InterruptedException;
  }

  private static StatefulProcessor stateful(Taking taking) {
    return new StatefulProcessor() {
      @Override
      public Mode mode() {
        return Mode.HOLD;
      }

      @Override
      public void accept(Parcel parcel, Consumer next) throws InterruptedException {
        taking.accept(parcel, next);
      }
    };
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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
