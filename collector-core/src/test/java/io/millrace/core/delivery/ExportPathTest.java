package io.millrace.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Exporter;
import io.millrace.api.component.Health;
import io.millrace.api.config.DataSize;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.component.ComponentSlot;
import io.millrace.core.component.Deadline;
import io.millrace.core.fakes.Await;
import io.millrace.core.fakes.Ending;
import io.millrace.core.fakes.Telemetry;
import io.millrace.core.state.DeadLetterStore;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What becomes of telemetry between the queue and the exporter. */
class ExportPathTest extends ExportPathBench {

  @Test
  void endsADeliveryWhenTheDestinationHasIt() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    exporter.answer(
        batch -> {
          arrived.await();
          return ExportOutcome.ACCEPTED;
        });
    path = path(STANDARD);
    Ending ending = send(Telemetry.logs("a", "b"), Ending.ofReplayable());
    Await.until("the attempt begins", () -> exporter.attempts().size() == 1);
    assertThat(ending.hasEnded()).isFalse();
    assertThat(path.balance().inFlight()).isEqualTo(2);
    arrived.countDown();
    assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(balance()).isEqualTo(books(2, 2, 0, 0, 0));
    assertThat(exporter.loaders()).containsOnly(LOADER);
  }

  @Test
  void sendsAgainUntilTheDestinationTakesIt() throws Exception {
    exporter.answer(
        batch -> new ExportOutcome.Retry("busy", null),
        batch -> {
          throw new IllegalStateException("on purpose");
        },
        batch -> {
          throw new NoClassDefFoundError("on/Purpose");
        },
        batch -> nothing());
    path = path(STANDARD);
    assertThat(send(Telemetry.logs("a"), Ending.ofPushed()).outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(exporter.attempts()).hasSize(5);
    assertThat(metric("otelcol_exporter_retries")).isEqualTo(4);
    assertThat(metric("otelcol_exporter_misbehaved")).isEqualTo(3);
  }

  @Test
  void showsThatADestinationDoesNotTakeIt() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    exporter.answer(
        batch -> new ExportOutcome.Retry("busy", null),
        batch -> {
          go.await();
          return ExportOutcome.ACCEPTED;
        });
    path = path(STANDARD);
    Ending ending = send(Telemetry.logs("a"), Ending.ofPushed());
    Await.until("the second attempt begins", () -> exporter.attempts().size() == 2);
    assertThat(board.components()).containsEntry("exporter:fake", new Health.Degraded("busy"));
    go.countDown();
    assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(board.components()).containsEntry("exporter:fake", Health.OK);
  }

  @Test
  void interruptsAnAttemptThatTakesTooLong() throws Exception {
    exporter.answer(
        batch -> {
          new CountDownLatch(1).await();
          return ExportOutcome.ACCEPTED;
        },
        batch -> {
          // Swallows the interrupt and makes something of it.
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            return new ExportOutcome.Rejected("interrupted");
          }
          return ExportOutcome.ACCEPTED;
        });
    path = path(STANDARD.withTimeout(Duration.ofMillis(20)));
    assertThat(send(Telemetry.logs("a"), Ending.ofPushed()).outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(exporter.attempts()).hasSize(3);
    assertThat(deadLetters()).isEmpty();
  }

  @Test
  void sendsOnlyTheRestAgainAndPutsAsideWhatIsRejected() throws Exception {
    exporter.answer(
        batch ->
            new ExportOutcome.Partial(
                List.of(
                    new ExportOutcome.RejectedItem(1, "bad \"b\""),
                    new ExportOutcome.RejectedItem(3, "bad d"),
                    new ExportOutcome.RejectedItem(99, "no such item")),
                bits(2, 4),
                "some are slow",
                null),
        batch -> new ExportOutcome.Retry("busy", null));
    path = path(STANDARD);
    Ending ending =
        send(Telemetry.logs("file/x", 100, "a", "b", "c", "d", "e"), Ending.ofReplayable());
    assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(exporter.attempts())
        .containsExactly(List.of("a", "b", "c", "d", "e"), List.of("c", "e"), List.of("c", "e"));
    assertThat(balance()).isEqualTo(books(5, 3, 2, 0, 0));
    assertThat(deadLetters())
        .hasSize(2)
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("\"component\":\"exporter:fake\"")
                    .contains("\"reason\":\"bad \\\"b\\\"\"")
                    .contains("\"signal\":\"logs\",\"items\":1")
                    .contains(
                        "\"origins\":[{\"stream\":\"file/x\",\"start\":110,\"end\":120,\"sub\":0}]"))
        .anySatisfy(line -> assertThat(line).contains("\"reason\":\"bad d\""));
  }

  @Test
  void putsAsideWhatWillNeverBeTaken() throws Exception {
    exporter.answer(batch -> new ExportOutcome.Rejected("wrong tenant"));
    path = path(STANDARD);
    Batch batch = Telemetry.logs("a", "b");
    assertThat(send(batch, Ending.ofPushed()).outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(balance()).isEqualTo(books(2, 0, 2, 0, 0));
    String otlp = java.util.Base64.getEncoder().encodeToString(batch.toBytes());
    assertThat(deadLetters())
        .singleElement()
        .asString()
        .contains("\"reason\":\"wrong tenant\"")
        .contains("\"origins\":[]")
        .endsWith("\"otlp\":\"" + otlp + "\"}");
  }

  @Test
  void keepsTelemetryThatCannotBePutAside() throws Exception {
    exporter.otherwise(batch -> new ExportOutcome.Rejected("wrong tenant"));
    Files.writeString(directory.resolve("dead-letters"), "in the way");
    path = path(STANDARD);
    Ending ending = send(Telemetry.logs("a"), Ending.ofReplayable());
    Await.until("the dead letters are tried again", () -> metric("otelcol_exporter_retries") > 3);
    assertThat(ending.hasEnded()).isFalse();
    assertThat(exporter.attempts()).hasSize(1);
    Files.delete(directory.resolve("dead-letters"));
    assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(deadLetters()).hasSize(1);
  }

  @Test
  void refusesWhenDeadLettersAreFullAndRetryingHasAnEnd() throws Exception {
    exporter.answer(batch -> new ExportOutcome.Rejected("wrong tenant"));
    path =
        path(
            STANDARD.withRetry(
                new DeliverySettings.Retry(
                    true, Duration.ofMillis(1), 0, 1, Duration.ofMillis(1), Duration.ofMillis(5))),
            false,
            new MemoryBudget(1 << 20),
            DataSize.ofBytes(10));
    assertThat(send(Telemetry.logs("a"), Ending.ofPushed()).outcome())
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused ->
                assertThat(refused.reason())
                    .contains("dead letters cannot be written: Dead letters are full"));
    assertThat(balance()).isEqualTo(books(1, 0, 0, 1, 0));
  }

  @Test
  void halvesWhatIsTooLargeAndPutsASingleItemAside() throws Exception {
    exporter.otherwise(
        batch ->
            batch.itemCount() > 2 || Telemetry.texts(batch).contains("huge")
                ? new ExportOutcome.TooLarge("over the limit")
                : ExportOutcome.ACCEPTED);
    path = path(STANDARD, true, new MemoryBudget(1 << 20), DeadLetterStore.STANDARD_CAPACITY);
    Ending ending =
        send(Telemetry.logs("a", "b", "huge", "d", "e", "f", "g"), Ending.ofReplayable());
    assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(exporter.accepted()).containsExactly("a", "b", "d", "e", "f", "g");
    assertThat(balance()).isEqualTo(books(7, 6, 1, 0, 0));
    assertThat(deadLetters()).singleElement().asString().contains("over the limit");
  }

  @Test
  void givesUpOnlyWhenToldAndLeavesItToASenderThatWaits() throws Exception {
    exporter.otherwise(batch -> new ExportOutcome.Retry("busy", Duration.ofSeconds(7)));
    path =
        path(
            STANDARD.withRetry(
                new DeliverySettings.Retry(
                    false, Duration.ofMillis(1), 0, 1, Duration.ofMillis(1), Duration.ZERO)));
    assertThat(send(Telemetry.logs("a"), Ending.ofPushed()).outcome())
        .isEqualTo(new Outcome.Refused("exporter:fake: busy", Duration.ofSeconds(7)));
    assertThat(balance()).isEqualTo(books(1, 0, 0, 1, 0));
    assertThat(deadLetters()).isEmpty();
  }

  @Test
  void countsOnlyWhatWasNotSentAsFailed() throws Exception {
    exporter.answer(
        batch -> new ExportOutcome.Partial(List.of(), bits(0), "one is slow", null),
        batch -> new ExportOutcome.Retry("busy", Duration.ofDays(1)));
    path =
        path(
            STANDARD.withRetry(
                new DeliverySettings.Retry(
                    true, Duration.ofMillis(1), 0, 1, Duration.ofMillis(1), Duration.ofHours(1))));
    assertThat(send(Telemetry.logs("a", "b", "c"), Ending.ofPushed()).outcome())
        .isInstanceOf(Outcome.Refused.class);
    assertThat(balance()).isEqualTo(books(3, 2, 0, 1, 0));
  }

  @Test
  void exportsStrictlyInOrderWhenAsked() throws Exception {
    exporter.answer(
        batch -> new ExportOutcome.Retry("busy", null),
        batch -> new ExportOutcome.Retry("busy", null));
    path = path(STANDARD, true, new MemoryBudget(1 << 20), DeadLetterStore.STANDARD_CAPACITY);
    List<Ending> endings = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      endings.add(send(Telemetry.logs("t" + i), Ending.ofReplayable()));
      expected.add("t" + i);
    }
    endings.forEach(ending -> assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED));
    assertThat(exporter.accepted()).isEqualTo(expected);
    assertThat(exporter.mostAtOnce()).isEqualTo(1);
  }

  @Test
  void exportsAtTheSameTimeOtherwise() throws Exception {
    CountDownLatch all = new CountDownLatch(10);
    exporter.otherwise(
        batch -> {
          all.countDown();
          all.await();
          return ExportOutcome.ACCEPTED;
        });
    path = path(STANDARD);
    for (int i = 0; i < 10; i++) {
      send(Telemetry.logs("t" + i), Ending.ofPushed());
    }
    Await.until("ten attempts are under way", () -> all.getCount() == 0);
  }

  @Test
  void exportsOnTheCallersThreadWithoutAQueue() throws Exception {
    List<Thread> exporting = new ArrayList<>();
    exporter.answer(
        batch -> {
          exporting.add(Thread.currentThread());
          return ExportOutcome.ACCEPTED;
        });
    path = path(STANDARD.withQueue(DeliverySettings.Queue.disabled()));
    Ending ending = send(Telemetry.logs("a"), Ending.ofPushed());
    assertThat(ending.outcomes()).containsExactly(Outcome.DELIVERED);
    assertThat(exporting).containsExactly(Thread.currentThread());
  }

  @Test
  void passesAnInterruptOnToTheCallerWithoutAQueue() throws Exception {
    exporter.otherwise(
        batch -> {
          new CountDownLatch(1).await();
          return ExportOutcome.ACCEPTED;
        });
    path = path(STANDARD.withQueue(DeliverySettings.Queue.disabled()));
    Ending ending = Ending.ofPushed();
    Thread source = inBackground(Telemetry.logs("a"), ending);
    Await.until("the attempt begins", () -> exporter.attempts().size() == 1);
    source.interrupt();
    assertThat(ending.outcome()).isInstanceOf(Outcome.Refused.class);
    assertThat(Deadline.in(SOON).join(source)).isTrue();
  }

  @Test
  void sendsWhatIsThereBeforeItCloses() throws Exception {
    CountDownLatch go = hold();
    path = path(STANDARD.withQueue(queue(100, DeliverySettings.Sizer.REQUESTS, null)));
    List<Ending> endings = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      endings.add(send(Telemetry.logs("t" + i), Ending.ofPushed()));
    }
    path.drain();
    go.countDown();
    assertThat(path.awaitIdle(Deadline.in(SOON))).isTrue();
    endings.forEach(ending -> assertThat(ending.outcomes()).containsExactly(Outcome.DELIVERED));
  }

  @Test
  void endsWhatIsLeftAsStopped() throws Exception {
    exporter.otherwise(batch -> new ExportOutcome.Retry("down", Duration.ofHours(1)));
    path = path(STANDARD.withQueue(queue(30, DeliverySettings.Sizer.REQUESTS, null)));
    List<Ending> endings = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      endings.add(send(Telemetry.logs("t" + i), Ending.ofReplayable()));
    }
    Ending blocked = Ending.ofReplayable();
    inBackground(Telemetry.logs("late"), blocked);
    awaitBlockedSource();
    path.drain();
    assertThat(blocked.outcome()).isEqualTo(Outcome.STOPPED);
    assertThat(path.awaitIdle(Deadline.in(Duration.ofMillis(20)))).isFalse();
    path.close();
    endings.forEach(ending -> assertThat(ending.outcomes()).containsExactly(Outcome.STOPPED));
  }

  @Test
  void leavesAnAttemptBehindThatIgnoresInterrupts() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    exporter.answer(
        batch -> {
          while (true) {
            try {
              release.await();
              return ExportOutcome.ACCEPTED;
            } catch (InterruptedException e) {
              // On purpose.
            }
          }
        });
    path = path(STANDARD);
    Ending ending = send(Telemetry.logs("a"), Ending.ofPushed());
    Await.until("the attempt begins", () -> exporter.attempts().size() == 1);
    path.close();
    assertThat(ending.outcomes()).containsExactly(Outcome.STOPPED);
    release.countDown();
    Await.until("the attempt ends", () -> exporter.accepted().size() == 1);
    assertThat(balance()).isEqualTo(books(1, 0, 0, 1, 0));
    assertThat(ending.outcomes()).hasSize(1);
  }

  @Test
  void refusesWhatIsPushedAtAnExporterThatDoesNotRun() throws Exception {
    ComponentSlot<Exporter> slot = slot(exporter);
    ExportPath.Shared shared = shared(new MemoryBudget(1 << 20), DeadLetterStore.STANDARD_CAPACITY);
    path =
        new ExportPath(
            new Destination(slot, shared.services()), Signal.LOGS, STANDARD, false, shared);
    path.start();
    assertThat(send(Telemetry.logs("a"), Ending.ofPushed()).outcomes())
        .containsExactly(
            new Outcome.Refused("exporter:fake is not running: not started yet", null));
    Ending patient = send(Telemetry.logs("b"), Ending.ofReplayable());
    assertThat(patient.hasEnded()).isFalse();
    slot.launch();
    assertThat(patient.outcome()).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void survivesASourceThatFailsWhenItIsTold() throws Exception {
    path = path(STANDARD);
    Ending ignored = Ending.ofPushed();
    path.accept(
        new Parcel(
            Telemetry.logs("a"),
            io.millrace.api.pipeline.Deliveries.pushed(
                outcome -> {
                  ignored.end(outcome);
                  throw new IllegalStateException("on purpose");
                }),
            RequestContext.local(1)));
    assertThat(ignored.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(send(Telemetry.logs("b"), Ending.ofPushed()).outcome()).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void deliversAnEmptyBatchAtOnce() throws Exception {
    path = path(STANDARD);
    assertThat(send(Batch.empty(Signal.LOGS), Ending.ofPushed()).outcomes())
        .containsExactly(Outcome.DELIVERED);
    assertThat(exporter.attempts()).isEmpty();
  }
}
