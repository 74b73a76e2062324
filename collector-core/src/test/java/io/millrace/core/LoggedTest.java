package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Health;
import io.millrace.api.component.RefusedException;
import io.millrace.api.component.SimpleProcessor;
import io.millrace.api.config.DataSize;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Origins;
import io.millrace.core.fakes.AgentSetup;
import io.millrace.core.fakes.Await;
import io.millrace.core.fakes.Ending;
import io.millrace.core.fakes.FakeExporter;
import io.millrace.core.fakes.FakeReceiver;
import io.millrace.core.fakes.StrictProcessor;
import io.millrace.core.fakes.Telemetry;
import io.millrace.core.graph.Guarantees;
import io.millrace.core.log.LogSettings;
import io.millrace.core.state.StateException;
import io.millrace.core.telemetry.Balance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents that acknowledge what is in their log. */
class LoggedTest {
  @TempDir Path directory;
  private final FakeReceiver in = new FakeReceiver();
  private final FakeExporter out = new FakeExporter();
  private final FakeExporter other = new FakeExporter();
  private final AtomicBoolean down = new AtomicBoolean(true);
  private @Nullable Agent running;

  @AfterEach
  void stop() throws InterruptedException {
    if (running != null) {
      running.stop();
      running = null;
    }
  }

  @Test
  void acknowledgesWhatIsLoggedAndDeliversItWhenTheBackendIsBack() throws Exception {
    out.otherwise(this::whileUp);
    start(setup().pipeline("logs", "in", "", "out"));
    Ending ending = in.send(Telemetry.logs("s", 0, "a", "b"), Ending.ofPushed());
    assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(out.accepted()).isEmpty();
    down.set(false);
    Await.until("it is delivered", () -> out.accepted().equals(List.of("a", "b")));
    assertThat(agent().metricsPage())
        .contains("otelcol_receiver_accepted_log_records{data_type=\"logs\",receiver=\"in\"} 2\n")
        .contains("otelcol_segment_log_appended_items{log=\"receiver:in logs\"} 2\n")
        .contains("otelcol_edge_items{from=\"receiver:in\",to=\"pipeline:logs\"} 2\n");
    assertThat(Guarantees.of(setup().pipeline("logs", "in", "", "out").config()))
        .containsExactly(
            "logs: in acknowledges what is in its log on disk, and delivers it through crashes and"
                + " outages");
  }

  @Test
  void keepsEverythingOverAStopWithTheBackendDown() throws Exception {
    List<Batch> received = new CopyOnWriteArrayList<>();
    out.otherwise(
        batch -> {
          received.add(batch);
          return whileUp(batch);
        });
    setupAndStart("out");
    List<Batch> sent = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Batch batch = Telemetry.logs("push/x", i * 100L, "t" + i, "u" + i);
      sent.add(batch);
      assertThat(in.send(batch, Ending.ofPushed()).outcome()).isEqualTo(Outcome.DELIVERED);
    }
    stop();
    assertThat(out.accepted()).isEmpty();
    received.clear();
    down.set(false);
    setupAndStart("out");
    Await.until("everything is delivered", () -> out.accepted().size() == 10);
    assertThat(received).hasSameSizeAs(sent);
    for (int i = 0; i < sent.size(); i++) {
      Batch expected = sent.get(i);
      assertThat(received)
          .anySatisfy(
              batch -> {
                assertThat(batch.toBytes()).isEqualTo(expected.toBytes());
                assertThat(batch.origins()).isEqualTo(expected.origins());
              });
    }
    stop();
    setupAndStart("out");
    assertThat(in.send(Telemetry.logs("last"), Ending.ofPushed()).outcome())
        .isEqualTo(Outcome.DELIVERED);
    Await.until("only the new one comes", () -> out.accepted().size() == 11);
    assertThat(out.accepted()).last().isEqualTo("last");
  }

  @Test
  void deliversWhatItHasBeforeItStops() throws Exception {
    down.set(false);
    out.otherwise(this::whileUp);
    setupAndStart("out");
    for (int i = 0; i < 50; i++) {
      in.send(Telemetry.logs("t" + i), Ending.ofPushed());
    }
    stop();
    assertThat(out.accepted()).hasSize(50);
  }

  @Test
  void letsEachPipelineReadOnItsOwn() throws Exception {
    other.otherwise(this::whileUp);
    AgentSetup both =
        setup().pipeline("logs", "in", "", "out").pipeline("logs/2", "in", "", "other");
    start(both);
    in.send(Telemetry.logs("a"), Ending.ofPushed());
    in.send(Telemetry.logs("b"), Ending.ofPushed());
    Await.until("one pipeline has them", () -> out.accepted().size() == 2);
    stop();
    down.set(false);
    start(both);
    Await.until("the other one has them", () -> other.accepted().size() == 2);
    assertThat(out.accepted()).containsExactly("a", "b");
  }

  @Test
  void handsOnAgainWhatAProcessorRefuses() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    AgentSetup refusing =
        setup()
            .processor(
                "limiter",
                context ->
                    (SimpleProcessor)
                        (batch, request) -> {
                          if (calls.incrementAndGet() < 4) {
                            throw new RefusedException("memory is short", null);
                          }
                          return batch;
                        });
    start(refusing.pipeline("logs", "in", "limiter", "out"));
    assertThat(in.send(Telemetry.logs("a"), Ending.ofPushed()).outcome())
        .isEqualTo(Outcome.DELIVERED);
    Await.until("it is delivered in the end", () -> out.accepted().equals(List.of("a")));
    assertThat(agent().metricsPage())
        .contains("otelcol_segment_log_retries{log=\"receiver:in logs\",reader=\"logs\"} 3\n");
    Await.until(
        "the receiver is well again",
        () -> Health.OK.equals(agent().health().components().get("receiver:in")));
  }

  @Test
  void putsAsideWhatIsRejected() throws Exception {
    AgentSetup rejecting = setup().processor("strict", context -> new StrictProcessor());
    start(rejecting.pipeline("logs", "in", "strict", "out"));
    in.send(Telemetry.logs("bad"), Ending.ofPushed());
    in.send(Telemetry.logs("good"), Ending.ofPushed());
    Path letters = directory.resolve("dead-letters/receiver-in.jsonl");
    Await.until("it is put aside", () -> Files.exists(letters));
    Await.until("the rest goes on", () -> out.accepted().equals(List.of("good")));
    stop();
    assertThat(Files.readString(letters)).contains("\"reason\":\"no such thing\"");
    start(rejecting);
    stop();
    assertThat(Files.readAllLines(letters)).hasSize(1);
  }

  @Test
  void refusesWithAHintWhenTheLogIsFullAndGoesOnWhenThereIsRoom() throws Exception {
    out.otherwise(this::whileUp);
    AgentSetup small =
        setup()
            .options(options -> options.withLogs(LogSettings.of(DataSize.ofBytes(40_000))))
            .pipeline("logs", "in", "", "out");
    start(small);
    int accepted = 0;
    Outcome last = Outcome.DELIVERED;
    while (last.equals(Outcome.DELIVERED)) {
      last = in.send(large("t" + accepted), Ending.ofPushed()).outcome();
      accepted += last.equals(Outcome.DELIVERED) ? 1 : 0;
    }
    assertThat(accepted).isBetween(10, 30);
    assertThat(last)
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> {
              assertThat(refused.reason()).startsWith("receiver:in logs: the log is full");
              assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(5));
            });
    assertThat(agent().health().components().get("receiver:in"))
        .isInstanceOf(Health.Degraded.class);
    down.set(false);
    Await.until(
        "there is room again",
        () -> in.send(large("again"), Ending.ofPushed()).outcome().equals(Outcome.DELIVERED));
    Await.until(
        "the receiver is well again",
        () -> Health.OK.equals(agent().health().components().get("receiver:in")));
    int all = accepted;
    Await.until("everything is delivered", () -> out.accepted().size() > all);
  }

  @Test
  void letsPassWhatItsSourceCanReadAgain() throws Exception {
    out.otherwise(this::whileUp);
    setupAndStart("out");
    Ending ending = in.send(Telemetry.logs("file", 0, "read"), Ending.ofReplayable());
    Await.until("it is tried", () -> !out.attempts().isEmpty());
    assertThat(ending.hasEnded()).isFalse();
    down.set(false);
    assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(agent().metricsPage())
        .contains("otelcol_segment_log_appended_items{log=\"receiver:in logs\"} 0\n");
  }

  @Test
  void givesOriginsToWhatCameWithout() throws Exception {
    List<Origins> origins = new CopyOnWriteArrayList<>();
    out.otherwise(
        batch -> {
          origins.add(batch.origins());
          return ExportOutcome.ACCEPTED;
        });
    setupAndStart("out");
    in.send(Telemetry.logs("a", "b"), Ending.ofPushed());
    in.send(Telemetry.logs("c"), Ending.ofPushed());
    Await.until("both are delivered", () -> origins.size() == 2);
    List<Long> starts = origins.stream().map(one -> one.start(0)).sorted().toList();
    assertThat(starts).containsExactly(0L, 2L);
    assertThat(origins.get(0).stream(0)).matches("push/[A-Za-z0-9_-]{22}/in/[0-9]{13}");
  }

  @Test
  void refusesToStartWhenNobodyOwnsWhatIsUndelivered() throws Exception {
    out.otherwise(this::whileUp);
    setupAndStart("out");
    in.send(Telemetry.logs("a"), Ending.ofPushed());
    in.send(Telemetry.logs("b"), Ending.ofPushed());
    stop();
    AgentSetup renamed =
        new AgentSetup(directory)
            .loggedReceiver("new", in)
            .exporter("out", out)
            .pipeline("logs", "new", "", "out");
    assertThatThrownBy(() -> renamed.agent().start())
        .isInstanceOf(StateException.class)
        .hasMessage(
            "State directory "
                + directory
                + " holds 2 undelivered batches of receiver-in-logs, which the configuration does"
                + " not have (expected: the component back in the configuration until they are"
                + " delivered, or --abandon-state receiver-in-logs to lose them)");
    AgentSetup otherPipeline = setup().pipeline("logs/x", "in", "", "out");
    assertThatThrownBy(() -> otherPipeline.agent().start())
        .isInstanceOf(StateException.class)
        .hasMessageContaining("of receiver-in-logs for pipeline \"logs\", which");
    start(renamed.options(options -> options.withAbandonedState(Set.of("receiver-in-logs"))));
    assertThat(directory.resolve("logs/receiver-in-logs")).doesNotExist();
    assertThat(directory.resolve("logs/receiver-new-logs")).exists();
  }

  @Test
  void forgetsAPipelineThatHasDeliveredEverything() throws Exception {
    start(setup().pipeline("logs", "in", "", "out").pipeline("logs/2", "in", "", "other"));
    in.send(Telemetry.logs("a"), Ending.ofPushed());
    Await.until("all have it", () -> other.accepted().size() == 1 && out.accepted().size() == 1);
    stop();
    setupAndStart("out");
    assertThat(directory.resolve("logs/receiver-in-logs/logs%2F2.position")).doesNotExist();
    assertThat(directory.resolve("logs/receiver-in-logs/logs.position")).exists();
  }

  @Test
  void doesNotStartWhereNoLogCanBeWritten() throws Exception {
    Files.writeString(directory.resolve("logs"), "a file");
    AgentSetup blocked = setup().pipeline("logs", "in", "", "out");
    assertThatThrownBy(() -> blocked.agent().start())
        .isInstanceOf(StateException.class)
        .hasMessageContaining("State directory " + directory + " cannot be used");
    start(blocked.options(AgentOptions::asEphemeral));
    assertThat(in.send(Telemetry.logs("a"), Ending.ofPushed()).outcome())
        .isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void keepsAnExportersQueueOnDisk() throws Exception {
    out.otherwise(this::whileUp);
    AgentSetup stored =
        new AgentSetup(directory)
            .receiver("in", in)
            .storedExporter("out", out)
            .exporter("other", other)
            .pipeline("logs", "in", "", "out other");
    start(stored);
    assertThat(in.send(Telemetry.logs("s", 0, "pushed"), Ending.ofPushed()).outcome())
        .isEqualTo(Outcome.DELIVERED);
    assertThat(in.send(Telemetry.logs("s", 10, "read"), Ending.ofReplayable()).outcome())
        .isEqualTo(Outcome.DELIVERED);
    assertThat(other.accepted()).containsExactlyInAnyOrder("pushed", "read");
    stop();
    assertThat(out.accepted()).isEmpty();
    down.set(false);
    start(stored);
    Await.until("the queue is delivered", () -> out.accepted().size() == 2);
    assertThat(out.accepted()).containsExactlyInAnyOrder("pushed", "read");
    assertThat(other.accepted()).hasSize(2);
    assertThat(agent().metricsPage())
        .contains("otelcol_segment_log_delivered_items{log=\"exporter:out logs\"");
  }

  @Test
  void balancesItsBooks() throws Exception {
    AtomicInteger turn = new AtomicInteger();
    AgentSetup flaky =
        setup()
            .processor(
                "flaky",
                context ->
                    (SimpleProcessor)
                        (batch, request) -> {
                          if (turn.incrementAndGet() % 3 == 0) {
                            throw new RefusedException("not now", null);
                          }
                          return batch;
                        });
    start(flaky.pipeline("logs", "in", "flaky", "out").pipeline("logs/2", "in", "", "other"));
    List<Ending> endings = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      Ending ending = i % 4 == 0 ? Ending.ofReplayable() : Ending.ofPushed();
      endings.add(in.send(Telemetry.numbered("t" + i + "-", 1 + i % 3), ending));
    }
    endings.forEach(Ending::outcome);
    Await.until(
        "what was logged has arrived",
        () -> out.accepted().size() >= 90 && other.accepted().size() == 120);
    Await.until(
        "nothing is in flight",
        () -> agent().balances().stream().allMatch(balance -> balance.inFlight() == 0));
    assertThat(agent().balances())
        .allSatisfy(balance -> assertThat(balance.missing()).as("%s", balance).isZero());
    assertThat(agent().balances())
        .extracting(Balance::part)
        .contains("out of the log receiver:in logs to logs");
  }

  private AgentSetup setup() {
    return new AgentSetup(directory)
        .options(options -> options.withGrace(Duration.ofMillis(300)))
        .loggedReceiver("in", in)
        .exporter("out", out)
        .exporter("other", other);
  }

  private void setupAndStart(String exporter) throws Exception {
    start(setup().pipeline("logs", "in", "", exporter));
  }

  private ExportOutcome whileUp(Batch batch) {
    return down.get() ? new ExportOutcome.Retry("down", null) : ExportOutcome.ACCEPTED;
  }

  private static Batch large(String text) {
    return Telemetry.logs(text + " " + "x".repeat(1500));
  }

  private void start(AgentSetup prepared) throws Exception {
    Agent agent = prepared.agent();
    running = agent;
    agent.start();
  }

  private Agent agent() {
    return Objects.requireNonNull(running);
  }
}
