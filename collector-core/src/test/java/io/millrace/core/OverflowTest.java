package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.DeliverySettings.Overflow;
import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Health;
import io.millrace.api.pipeline.Outcome;
import io.millrace.core.fakes.AgentSetup;
import io.millrace.core.fakes.Await;
import io.millrace.core.fakes.Ending;
import io.millrace.core.fakes.Telemetry;
import io.millrace.core.graph.Guarantees;
import io.millrace.core.telemetry.Balance;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What becomes of telemetry that an exporter's queue has no room for, and of its siblings. */
class OverflowTest extends AgentBench {
  private static final DeliverySettings.Retry QUICK =
      new DeliverySettings.Retry(
          true, Duration.ofMillis(1), 0, 1, Duration.ofMillis(1), Duration.ZERO);

  private final CountDownLatch go = new CountDownLatch(1);
  private final List<Ending> endings = new ArrayList<>();

  @Test
  void putsAsideWhatTheFullQueueDoesNotTake() throws Exception {
    start(pipelineWith(Overflow.DEAD_LETTER));
    send("a", "b", "c", "d");
    assertThat(endings.subList(2, 4))
        .allSatisfy(ending -> assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED));
    assertThat(Files.readString(directory.resolve("dead-letters/exporter-out.jsonl")))
        .contains("\"reason\":\"sending queue is full\"");
    go.countDown();
    endings.forEach(ending -> assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED));
    assertThat(out.accepted()).containsExactly("a", "b");
    assertThat(other.accepted()).containsExactlyInAnyOrder("a", "b", "c", "d");
    assertThat(books()).isEqualTo(new Balance("exporter:out logs", 4, 2, 2, 0, 0));
    assertThat(guarantee()).contains("exporter out puts what its full queue does not take in");
  }

  @Test
  void blocksWhenTheDeadLettersDoNotTakeItEither() throws Exception {
    Files.writeString(directory.resolve("dead-letters"), "in the way");
    start(pipelineWith(Overflow.DEAD_LETTER));
    send("a", "b");
    assertThat(in.send(Telemetry.logs("pushed"), Ending.ofPushed()).outcome())
        .isEqualTo(new Outcome.Refused("exporter:out: sending queue is full", null));
    Ending patient = Ending.ofReplayable();
    Thread source =
        Thread.ofPlatform().daemon().start(() -> in.send(Telemetry.logs("read"), patient));
    Await.until("the source waits", () -> source.getState() == Thread.State.TIMED_WAITING);
    assertThat(patient.hasEnded()).isFalse();
    go.countDown();
    assertThat(patient.outcome()).isEqualTo(Outcome.DELIVERED);
    source.join();
  }

  @Test
  void dropsCountsAndNotesWhatTheFullQueueDoesNotTake() throws Exception {
    start(pipelineWith(Overflow.DROP));
    send("a", "b", "c");
    endings.add(in.send(Telemetry.logs("file/x", 70, "d"), Ending.ofReplayable()));
    go.countDown();
    endings.forEach(ending -> assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED));
    assertThat(out.accepted()).containsExactly("a", "b");
    assertThat(other.accepted()).hasSize(4);
    assertThat(books()).isEqualTo(new Balance("exporter:out logs", 4, 2, 2, 0, 0));
    assertThat(agent().metricsPage())
        .contains(
            "otelcol_exporter_dropped_log_records{data_type=\"logs\",exporter=\"out\",reason=\"queue_full\"}"
                + " 2\n");
    assertThat(Files.readAllLines(directory.resolve("drops.jsonl")))
        .last()
        .asString()
        .contains("\"component\":\"exporter:out\",\"stream\":\"file/x\",\"start\":70,\"end\":80");
    assertThat(guarantee()).contains("exporter out loses what its full queue does not take");
  }

  @Test
  void spillsInOrderAndReturnsToTheQueueWhenTheLogIsEmpty() throws Exception {
    start(pipelineWith(Overflow.SPILL));
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      texts.add("t" + i);
    }
    send(texts.toArray(new String[0]));
    Await.until(
        "what is spilled is acknowledged",
        () -> endings.subList(2, 50).stream().allMatch(Ending::hasEnded));
    assertThat(out.accepted()).isEmpty();
    go.countDown();
    endings.forEach(ending -> assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED));
    Await.until("all is delivered", () -> out.accepted().size() == 50);
    assertThat(out.accepted()).isEqualTo(texts);
    assertThat(other.accepted()).containsExactlyInAnyOrderElementsOf(texts);
    assertThat(appended()).isEqualTo(48);
    Await.until(
        "the queue takes it again",
        () -> {
          long before = appended();
          Ending ending = in.send(Telemetry.logs("u"), Ending.ofPushed());
          assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED);
          return appended() == before;
        });
    Await.until(
        "nothing is in flight",
        () -> agent().balances().stream().allMatch(balance -> balance.inFlight() == 0));
    assertThat(agent().balances())
        .allSatisfy(balance -> assertThat(balance.missing()).as("%s", balance).isZero());
    assertThat(guarantee()).contains("once it is in a log on disk");
  }

  @Test
  void keepsWhatIsSpilledOverAStopWithTheBackendHanging() throws Exception {
    AtomicBoolean up = new AtomicBoolean();
    out.otherwise(
        batch -> {
          while (!up.get()) {
            go.await();
          }
          return ExportOutcome.ACCEPTED;
        });
    setup.options(options -> options.withGrace(Duration.ofMillis(200)));
    AgentSetup spilling = overflowing(Overflow.SPILL);
    start(spilling);
    for (int i = 0; i < 10; i++) {
      endings.add(in.send(Telemetry.logs("t" + i), Ending.ofReplayable()));
    }
    Await.until(
        "eight are acknowledged", () -> endings.stream().filter(Ending::hasEnded).count() == 8);
    stop();
    assertThat(endings.subList(0, 2))
        .allSatisfy(ending -> assertThat(ending.outcomes()).containsExactly(Outcome.STOPPED));
    up.set(true);
    go.countDown();
    out.otherwise(batch -> ExportOutcome.ACCEPTED);
    start(spilling);
    Await.until("what was acknowledged is delivered", () -> out.accepted().size() >= 8);
    assertThat(out.accepted()).contains("t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9");
  }

  @Test
  void letsSiblingsTakeTheBatchThatAFullBranchBlocksAndSaysWhichDoes() throws Exception {
    start(pipelineWith(Overflow.BLOCK));
    send("a", "b");
    Ending third = Ending.ofReplayable();
    Thread source = Thread.ofPlatform().daemon().start(() -> in.send(Telemetry.logs("c"), third));
    Await.until("the sibling has it", () -> other.accepted().contains("c"));
    assertThat(third.hasEnded()).isFalse();
    assertThat(agent().metricsPage())
        .contains("otelcol_exporter_queue_blocked_sources{data_type=\"logs\",exporter=\"out\"} 1\n")
        .contains(
            "otelcol_exporter_queue_blocked_sources{data_type=\"logs\",exporter=\"other\"} 0\n");
    Await.until(
        "health says so",
        () ->
            new Health.Degraded("sending queue is full and sources wait")
                .equals(agent().health().components().get("exporter:out")));
    go.countDown();
    assertThat(third.outcome()).isEqualTo(Outcome.DELIVERED);
    source.join();
    assertThat(agent().health().components()).containsEntry("exporter:out", Health.OK);
  }

  private AgentSetup pipelineWith(Overflow overflow) {
    out.otherwise(
        batch -> {
          go.await();
          return ExportOutcome.ACCEPTED;
        });
    return overflowing(overflow);
  }

  /** A queue for two parcels, with one thread; the exporter before it comes first. */
  private AgentSetup overflowing(Overflow overflow) {
    DeliverySettings delivery =
        DeliverySettings.standard()
            .withTimeout(Duration.ZERO)
            .withRetry(QUICK)
            .withQueue(
                new DeliverySettings.Queue(
                        true, 1, 2, DeliverySettings.Sizer.REQUESTS, false, false, null)
                    .withOverflow(overflow));
    return setup.exporter("out", delivery, context -> out).pipeline("logs", "in", "", "out other");
  }

  private void send(String... texts) {
    for (String text : texts) {
      endings.add(in.send(Telemetry.logs(text), Ending.ofReplayable()));
    }
  }

  private long appended() {
    return agent()
        .instruments()
        .counter(
            "otelcol_segment_log_appended_items", "", java.util.Map.of("log", "exporter:out logs"))
        .value();
  }

  private String guarantee() {
    return String.join("\n", Guarantees.of(setup.config()));
  }

  private Balance books() {
    Await.until(
        "nothing is in flight",
        () -> agent().balances().stream().allMatch(balance -> balance.inFlight() == 0));
    return agent().balances().stream()
        .filter(balance -> balance.part().equals("exporter:out logs"))
        .findFirst()
        .orElseThrow();
  }
}
