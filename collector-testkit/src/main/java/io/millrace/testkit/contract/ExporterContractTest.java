package io.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Exporter;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.testkit.RecordingConsumer;
import io.millrace.testkit.TestContext;
import io.millrace.testkit.TestTelemetry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every exporter must keep: it starts and stops in any order, tells the truth about each
 * attempt, throws nothing when the destination is down, and gives up at once when interrupted.
 * Implementations say how an instance is made and what the destination has received. For JUnit,
 * which calls one method at a time on an instance of its own.
 */
public abstract class ExporterContractTest {
  private static final Duration PATIENCE = RecordingConsumer.PATIENCE;
  private static final Duration PROMPT = Duration.ofSeconds(10);

  /** A directory for the destination and the component's state. */
  @TempDir protected Path directory = Path.of("");

  private final List<Exporter> started = new ArrayList<>();

  /** Makes an instance that is not started, before a destination that takes everything. */
  protected abstract Exporter create(TestContext context) throws Exception;

  /** Ids of the items of a signal that the destination has; it may hold more than this test's. */
  protected abstract Collection<String> received(Signal signal) throws Exception;

  /** Makes an instance before a destination that is not there; empty when that cannot be. */
  protected Optional<Exporter> createUnreachable(TestContext context) throws Exception {
    return Optional.empty();
  }

  /** Makes an instance before a destination that never answers; empty when that cannot be. */
  protected Optional<Exporter> createHanging(TestContext context) throws Exception {
    return Optional.empty();
  }

  /** The signals to test with: all that can be read unless overridden. */
  protected Set<Signal> signals() {
    return Signal.readable();
  }

  /** Telemetry to export. */
  protected Batch batch(Signal signal, List<String> ids) {
    return TestTelemetry.withOrigins(TestTelemetry.batch(signal, ids), 0);
  }

  /** The context of the first instance. */
  protected TestContext context() {
    return TestContext.of("contract", directory.resolve("state"));
  }

  @AfterEach
  void stopWhatATestLeft() throws Exception {
    for (Exporter exporter : started) {
      exporter.stop();
    }
  }

  @Test
  protected void stopsWithoutHavingBeenStarted() throws Exception {
    create(context()).stop();
  }

  @Test
  protected void doesNotMindBeingStoppedTwice() throws Exception {
    Exporter exporter = start(create(context()));
    exporter.stop();
    exporter.stop();
  }

  @Test
  protected void acceptsAnEmptyBatch() throws Exception {
    Exporter exporter = start(create(context()));
    for (Signal signal : signals()) {
      assertThat(export(exporter, Batch.empty(signal))).isEqualTo(ExportOutcome.ACCEPTED);
    }
  }

  @Test
  protected void bringsEveryItemToTheDestination() throws Exception {
    Exporter exporter = start(create(context()));
    for (Signal signal : signals()) {
      List<String> ids = TestTelemetry.ids("one-" + signal.id(), 20);
      assertThat(export(exporter, batch(signal, ids))).isEqualTo(ExportOutcome.ACCEPTED);
      awaitReceived(signal, ids);
    }
  }

  @Test
  protected void exportsOnManyThreadsAtATime() throws Exception {
    Exporter exporter = start(create(context()));
    for (Signal signal : signals()) {
      List<String> all = new ArrayList<>();
      List<CompletableFuture<ExportOutcome>> attempts = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        List<String> ids = TestTelemetry.ids("many-" + signal.id() + "-" + i, 5);
        all.addAll(ids);
        Batch items = TestTelemetry.withOrigins(batch(signal, ids), 100L * i);
        attempts.add(new Attempt(exporter, items).outcome());
      }
      for (CompletableFuture<ExportOutcome> attempt : attempts) {
        assertThat(attempt.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
            .isEqualTo(ExportOutcome.ACCEPTED);
      }
      awaitReceived(signal, all);
    }
  }

  @Test
  protected void leavesItsInputAsItIs() throws Exception {
    Exporter exporter = start(create(context()));
    for (Signal signal : signals()) {
      Batch batch = batch(signal, TestTelemetry.ids("same-" + signal.id(), 5));
      byte[] before = batch.toBytes();
      export(exporter, batch);
      assertThat(batch.toBytes()).isEqualTo(before);
    }
  }

  @Test
  protected void worksInANewInstanceAfterAStop() throws Exception {
    TestContext context = context();
    Signal signal = signals().iterator().next();
    int life = 0;
    for (TestContext each : List.of(context, context.nextLife())) {
      List<String> ids = TestTelemetry.ids("life-" + life, 5);
      Exporter exporter = start(create(each));
      Batch items = TestTelemetry.withOrigins(batch(signal, ids), 1_000L * ++life);
      assertThat(export(exporter, items)).isEqualTo(ExportOutcome.ACCEPTED);
      exporter.stop();
      awaitReceived(signal, ids);
    }
  }

  @Test
  protected void startsAndAsksForARetryWhileTheDestinationIsNotThere() throws Exception {
    Optional<Exporter> unreachable = createUnreachable(context());
    assumeThat(unreachable).as("an exporter that has a destination").isPresent();
    Exporter exporter = start(unreachable.get());
    for (Signal signal : signals()) {
      Batch batch = batch(signal, TestTelemetry.ids("down-" + signal.id(), 3));
      ExportOutcome outcome =
          new Attempt(exporter, batch).outcome().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(outcome).isInstanceOf(ExportOutcome.Retry.class);
      assertThat(((ExportOutcome.Retry) outcome).reason()).isNotBlank();
    }
  }

  @Test
  protected void givesUpAtOnceWhenInterrupted() throws Exception {
    Optional<Exporter> hanging = createHanging(context());
    assumeThat(hanging).as("an exporter that waits for its destination").isPresent();
    Exporter exporter = start(hanging.get());
    Signal signal = signals().iterator().next();
    Attempt attempt = new Attempt(exporter, batch(signal, TestTelemetry.ids("slow", 3)));
    attempt.awaitWaiting();
    attempt.interrupt();
    CompletableFuture<Boolean> ended =
        attempt
            .outcome()
            .handle(
                (outcome, failure) ->
                    outcome instanceof ExportOutcome.Retry
                        || failure instanceof InterruptedException);
    assertThat(ended.get(PROMPT.toSeconds(), TimeUnit.SECONDS))
        .as("ended by an InterruptedException or for a retry: %s", attempt.outcome())
        .isTrue();
  }

  @Test
  protected void stopsWhileTheDestinationHangs() throws Exception {
    Optional<Exporter> hanging = createHanging(context());
    assumeThat(hanging).as("an exporter that waits for its destination").isPresent();
    Exporter exporter = start(hanging.get());
    Signal signal = signals().iterator().next();
    Attempt attempt = new Attempt(exporter, batch(signal, TestTelemetry.ids("slow", 3)));
    attempt.awaitWaiting();
    // The runtime ends all attempts before it stops an exporter.
    attempt.interrupt();
    attempt.outcome().handle((outcome, failure) -> true).get(PROMPT.toSeconds(), TimeUnit.SECONDS);
    CompletableFuture<Boolean> stopped = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                exporter.stop();
                stopped.complete(true);
              } catch (InterruptedException e) {
                stopped.completeExceptionally(e);
              }
            });
    assertThat(stopped.get(PROMPT.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  private Exporter start(Exporter exporter) throws Exception {
    started.add(exporter);
    exporter.start();
    return exporter;
  }

  private static ExportOutcome export(Exporter exporter, Batch batch) throws InterruptedException {
    return exporter.export(batch, requestContext());
  }

  private static RequestContext requestContext() {
    return RequestContext.local(1_767_323_045_000_000_000L);
  }

  private void awaitReceived(Signal signal, List<String> ids) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!received(signal).containsAll(ids) && System.nanoTime() - deadline < 0) {
      Thread.onSpinWait();
    }
    assertThat(received(signal)).containsAll(ids);
  }

  /** An attempt on a virtual thread, as the runtime makes it. */
  private static final class Attempt {
    private final CompletableFuture<ExportOutcome> outcome = new CompletableFuture<>();
    private final Thread thread;

    Attempt(Exporter exporter, Batch batch) {
      thread =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      outcome.complete(exporter.export(batch, requestContext()));
                    } catch (InterruptedException | RuntimeException e) {
                      outcome.completeExceptionally(e);
                    }
                  });
    }

    CompletableFuture<ExportOutcome> outcome() {
      return outcome;
    }

    void interrupt() {
      thread.interrupt();
    }

    /** Waits until the attempt does nothing but wait. */
    void awaitWaiting() {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      Set<Thread.State> waiting = Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);
      while (!waiting.contains(thread.getState())) {
        assertThat(outcome).as("ended before it was interrupted").isNotDone();
        assertThat(System.nanoTime() - deadline).as("the attempt does not wait").isNegative();
        Thread.onSpinWait();
      }
    }
  }
}
