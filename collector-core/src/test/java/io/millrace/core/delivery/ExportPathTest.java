package io.millrace.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.ComponentId;
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
import io.millrace.core.component.Extensions;
import io.millrace.core.component.HealthBoard;
import io.millrace.core.component.Identity;
import io.millrace.core.component.Services;
import io.millrace.core.fakes.Await;
import io.millrace.core.fakes.Ending;
import io.millrace.core.fakes.FakeExporter;
import io.millrace.core.fakes.Telemetry;
import io.millrace.core.plugin.Kind;
import io.millrace.core.state.DeadLetterStore;
import io.millrace.core.state.StateDirectory;
import io.millrace.core.telemetry.Balance;
import io.millrace.core.telemetry.Instruments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportPathTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final DeliverySettings.Retry QUICK =
      new DeliverySettings.Retry(
          true, Duration.ofMillis(1), 0, 1, Duration.ofMillis(1), Duration.ZERO);
  private static final DeliverySettings STANDARD =
      DeliverySettings.standard().withRetry(QUICK).withTimeout(Duration.ZERO);

  /** Of the exporter and nobody else. */
  private static final ClassLoader LOADER = new ClassLoader() {};

  @TempDir Path directory;
  private final FakeExporter exporter = new FakeExporter();
  private final Instruments instruments = new Instruments(Map.of());
  private final HealthBoard board = new HealthBoard(Clock.systemUTC());
  private final AttemptTimer timer = new AttemptTimer();
  private final List<Thread> threads = new ArrayList<>();
  private StateDirectory state;

  @SuppressWarnings("NullAway.Init") // Made by each test.
  private ExportPath path;

  @BeforeEach
  void open() throws Exception {
    state = StateDirectory.open(directory);
  }

  @AfterEach
  void close() throws Exception {
    if (path != null) {
      path.drain();
      path.close();
      assertThat(path.balance().inFlight()).isZero();
      assertThat(path.balance().missing()).as("%s", path.balance()).isZero();
    }
    for (Thread thread : threads) {
      assertThat(Deadline.in(SOON).join(thread)).isTrue();
    }
    timer.close();
    instruments.close();
    state.close();
  }

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
    assertThat(send(Telemetry.logs("a"), Ending.ofReplayable()).outcome())
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
  void givesUpOnlyWhenToldAndLeavesItToTheSource() throws Exception {
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
  void refusesWhatWasPushedWhenTheQueueIsFull() throws Exception {
    CountDownLatch go = hold();
    path = path(STANDARD.withQueue(queue(2, DeliverySettings.Sizer.REQUESTS, null)));
    Ending first = send(Telemetry.logs("a"), Ending.ofPushed());
    Ending second = send(Telemetry.logs("b"), Ending.ofPushed());
    Ending third = send(Telemetry.logs("c", "d"), Ending.ofPushed());
    assertThat(third.outcomes())
        .containsExactly(new Outcome.Refused("exporter:fake: sending queue is full", null));
    assertThat(metric("otelcol_exporter_enqueue_failed_log_records")).isEqualTo(2);
    go.countDown();
    assertThat(first.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(second.outcome()).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void makesAReplayableSourceWaitWhenTheQueueIsFull() throws Exception {
    CountDownLatch go = hold();
    path = path(STANDARD.withQueue(queue(3, DeliverySettings.Sizer.ITEMS, null)));
    send(Telemetry.logs("a", "b"), Ending.ofReplayable());
    Ending second = Ending.ofReplayable();
    Thread source = inBackground(Telemetry.logs("c", "d"), second);
    Await.until("the source waits", () -> source.getState() == Thread.State.WAITING);
    assertThat(exporter.attempts()).hasSizeLessThan(2);
    assertThat(gauge("otelcol_exporter_queue_blocked_sources")).isEqualTo(1);
    go.countDown();
    assertThat(second.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(exporter.accepted()).containsExactly("a", "b", "c", "d");
  }

  @Test
  void makesEveryoneWaitWhenToldToBlockOnOverflow() throws Exception {
    CountDownLatch go = hold();
    path =
        path(
            STANDARD.withQueue(
                new DeliverySettings.Queue(
                    true, 1, 1, DeliverySettings.Sizer.REQUESTS, true, false, null)));
    send(Telemetry.logs("a"), Ending.ofPushed());
    Ending second = Ending.ofPushed();
    inBackground(Telemetry.logs("b"), second);
    go.countDown();
    assertThat(second.outcome()).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void endsAWaitingParcelWhenItsThreadIsInterrupted() throws Exception {
    CountDownLatch go = hold();
    path = path(STANDARD.withQueue(queue(1, DeliverySettings.Sizer.REQUESTS, null)));
    send(Telemetry.logs("a"), Ending.ofReplayable());
    Ending second = Ending.ofReplayable();
    Thread source = inBackground(Telemetry.logs("b"), second);
    Await.until("the source waits", () -> source.getState() == Thread.State.WAITING);
    source.interrupt();
    assertThat(second.outcome()).isInstanceOf(Outcome.Refused.class);
    go.countDown();
  }

  @Test
  void staysWithinTheMemoryBudget() throws Exception {
    CountDownLatch go = hold();
    Batch batch = Telemetry.numbered("x", 50);
    long bytes = batch.retainedBytes();
    path =
        path(STANDARD, false, new MemoryBudget(2 * bytes + 100), DeadLetterStore.STANDARD_CAPACITY);
    Ending first = send(batch, Ending.ofPushed());
    Ending second = send(batch, Ending.ofPushed());
    Ending third = send(batch, Ending.ofPushed());
    assertThat(third.outcomes())
        .containsExactly(new Outcome.Refused("exporter:fake: the memory budget is used up", null));
    assertThat(gauge("otelcol_exporter_queue_retained_bytes")).isEqualTo(2.0 * bytes);
    Ending patient = Ending.ofReplayable();
    inBackground(batch, patient);
    go.countDown();
    assertThat(first.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(second.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(patient.outcome()).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void mergesUpToTheSizeAndKeepsEveryDelivery() throws Exception {
    path =
        path(
            STANDARD.withQueue(
                queue(
                    1000,
                    DeliverySettings.Sizer.REQUESTS,
                    new DeliverySettings.Merge(
                        Duration.ofHours(1), 6, 0, DeliverySettings.Sizer.ITEMS))));
    List<Ending> endings = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      endings.add(send(Telemetry.logs("s", 20L * i, "x" + i, "y" + i), Ending.ofReplayable()));
    }
    endings.forEach(ending -> assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED));
    assertThat(exporter.attempts())
        .containsExactly(
            List.of("x0", "y0", "x1", "y1", "x2", "y2"),
            List.of("x3", "y3", "x4", "y4", "x5", "y5"));
  }

  @Test
  void doesNotWaitForMoreThanTheFlushTimeout() throws Exception {
    path =
        path(
            STANDARD.withQueue(
                queue(
                    1000,
                    DeliverySettings.Sizer.REQUESTS,
                    new DeliverySettings.Merge(
                        Duration.ofMillis(5), 1000, 0, DeliverySettings.Sizer.ITEMS))));
    assertThat(send(Telemetry.logs("a"), Ending.ofPushed()).outcome()).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void splitsWhatIsAboveTheMaximum() throws Exception {
    path =
        path(
            STANDARD.withQueue(
                queue(
                    1000,
                    DeliverySettings.Sizer.REQUESTS,
                    new DeliverySettings.Merge(
                        Duration.ofMillis(5), 2, 3, DeliverySettings.Sizer.ITEMS))));
    assertThat(send(Telemetry.logs("a", "b", "c", "d", "e", "f", "g"), Ending.ofPushed()).outcome())
        .isEqualTo(Outcome.DELIVERED);
    assertThat(exporter.attempts())
        .containsExactly(List.of("a", "b", "c"), List.of("d", "e", "f"), List.of("g"));
  }

  @Test
  void doesNotMergeRequestsWithDifferentMetadata() throws Exception {
    path =
        path(
            STANDARD.withQueue(
                queue(
                    1000,
                    DeliverySettings.Sizer.REQUESTS,
                    new DeliverySettings.Merge(
                        Duration.ofMillis(50), 100, 0, DeliverySettings.Sizer.ITEMS))));
    List<Ending> endings = new ArrayList<>();
    for (String tenant : List.of("red", "red", "blue")) {
      Ending ending = Ending.ofPushed();
      endings.add(ending);
      path.accept(
          new Parcel(
              Telemetry.logs(tenant),
              ending,
              new RequestContext(Map.of("tenant", List.of(tenant)), null, 1)));
    }
    endings.forEach(ending -> assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED));
    assertThat(exporter.attempts())
        .allSatisfy(texts -> assertThat(texts).containsOnly(texts.get(0)));
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
    Thread source = inBackground(Telemetry.logs("late"), blocked);
    Await.until("the source waits", () -> source.getState() == Thread.State.WAITING);
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
    path =
        new ExportPath(
            slot,
            Signal.LOGS,
            STANDARD,
            false,
            shared(new MemoryBudget(1 << 20), DeadLetterStore.STANDARD_CAPACITY));
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

  private CountDownLatch hold() {
    CountDownLatch go = new CountDownLatch(1);
    exporter.otherwise(
        batch -> {
          go.await();
          return ExportOutcome.ACCEPTED;
        });
    return go;
  }

  private ExportPath path(DeliverySettings settings) throws Exception {
    return path(settings, false, new MemoryBudget(1 << 20), DeadLetterStore.STANDARD_CAPACITY);
  }

  private ExportPath path(
      DeliverySettings settings, boolean ordered, MemoryBudget budget, DataSize deadLetters)
      throws Exception {
    ComponentSlot<Exporter> slot = slot(exporter);
    slot.launch();
    assertThat(slot.awaitFirstAttempt(Deadline.in(SOON))).isTrue();
    ExportPath made =
        new ExportPath(slot, Signal.LOGS, settings, ordered, shared(budget, deadLetters));
    made.start();
    return made;
  }

  private ComponentSlot<Exporter> slot(Exporter instance) {
    return new ComponentSlot<>(
        Identity.of(Kind.EXPORTER, ComponentId.parse("fake")),
        LOADER,
        () -> instance,
        board,
        ComponentSlot.Backoff.STANDARD);
  }

  private ExportPath.Shared shared(MemoryBudget budget, DataSize deadLetters) {
    Clock clock = Clock.systemUTC();
    return new ExportPath.Shared(
        new Services(
            state,
            new DeadLetterStore(state, deadLetters, clock),
            instruments,
            new Extensions(),
            board,
            clock),
        timer,
        budget);
  }

  private Ending send(Batch batch, Ending ending) throws InterruptedException {
    path.accept(new Parcel(batch, ending, RequestContext.local(1)));
    return ending;
  }

  private Thread inBackground(Batch batch, Ending ending) {
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    var _ = send(batch, ending);
                  } catch (InterruptedException e) {
                    // The delivery has ended.
                  }
                });
    threads.add(thread);
    return thread;
  }

  private Balance balance() {
    Await.until("nothing is in flight", () -> path.balance().inFlight() == 0);
    return path.balance();
  }

  private static Balance books(long in, long out, long dropped, long failed, long inFlight) {
    return new Balance("exporter:fake logs", in, out, dropped, failed, inFlight);
  }

  private long metric(String name) {
    return instruments.counter(name, "", Map.of("exporter", "fake", "data_type", "logs")).value();
  }

  private double gauge(String name) {
    return instruments.collect().stream()
        .filter(metric -> metric.getName().equals(name))
        .flatMap(metric -> metric.getDoubleGaugeData().getPoints().stream())
        .mapToDouble(point -> point.getValue())
        .sum();
  }

  private List<String> deadLetters() throws IOException {
    Path file = directory.resolve("dead-letters/exporter-fake.jsonl");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  private static BitSet bits(int... set) {
    BitSet bits = new BitSet();
    for (int bit : set) {
      bits.set(bit);
    }
    return bits;
  }

  @SuppressWarnings("NullAway") // Breaks the contract on purpose.
  private static ExportOutcome nothing() {
    return null;
  }

  private static DeliverySettings.Queue queue(
      long size,
      DeliverySettings.Sizer sizer,
      DeliverySettings.@org.jspecify.annotations.Nullable Merge merge) {
    return new DeliverySettings.Queue(true, 1, size, sizer, false, false, merge);
  }
}
