package io.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.Receiver;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.testkit.RecordingConsumer;
import io.millrace.testkit.RecordingOutputs;
import io.millrace.testkit.TestContext;
import io.millrace.testkit.TestTelemetry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every receiver must keep: it starts and stops in any order, passes back-pressure on, and
 * loses nothing when parcels are refused or the agent stops. Implementations say how an instance is
 * made and how telemetry gets into its source. For JUnit, which calls one method at a time on an
 * instance of its own.
 */
public abstract class ReceiverContractTest {
  private static final Duration PATIENCE = RecordingConsumer.PATIENCE;
  private static final Duration GRACE = Duration.ofSeconds(20);

  /** A directory for the source and the component's state. */
  @TempDir protected Path directory = Path.of("");

  private final List<Receiver> started = new ArrayList<>();

  /** Makes an instance that is not started. All instances of a test read the same source. */
  protected abstract Receiver create(TestContext context, RecordingOutputs outputs)
      throws Exception;

  /**
   * Puts log records with these ids into the source while an instance may or may not run. A source
   * that pushes sends them in one request, and returns when it is answered.
   *
   * @return the ids that the source was told to send again; empty for a source that is read
   */
  protected abstract Collection<String> send(List<String> ids) throws Exception;

  /** Whether the source can be read again; then nothing may be lost whatever happens. */
  protected abstract boolean replayable();

  /** The ids of a batch's items: the bodies of the log records unless overridden. */
  protected List<String> ids(Batch batch) {
    return TestTelemetry.bodies(batch);
  }

  /** The outputs that instances get. */
  protected RecordingOutputs outputs() {
    return RecordingOutputs.forSignals(Signal.LOGS);
  }

  /** The context of the first instance. */
  protected TestContext context() {
    return TestContext.of("contract", directory.resolve("state"));
  }

  @AfterEach
  void stopWhatATestLeft() throws Exception {
    for (Receiver receiver : started) {
      receiver.stop();
    }
  }

  @Test
  protected void stopsWithoutHavingBeenStarted() throws Exception {
    create(context(), outputs()).stop();
  }

  @Test
  protected void doesNotMindBeingStoppedTwice() throws Exception {
    Receiver receiver = start(context(), outputs());
    receiver.stop();
    receiver.stop();
  }

  @Test
  protected void handsOverEveryItemOnceWithAnOriginOfItsOwn() throws Exception {
    RecordingOutputs outputs = outputs();
    start(context(), outputs);
    List<String> ids = TestTelemetry.ids("item", 50);
    assertThat(send(ids)).as("told to send again").isEmpty();
    awaitDelivered(outputs, ids.size());
    assertThat(delivered(outputs)).containsExactlyInAnyOrderElementsOf(ids);
    List<String> origins = new ArrayList<>();
    for (Parcel parcel : outputs.logs().parcels()) {
      Batch batch = parcel.batch();
      assertThat(batch.origins().size()).as("origins of %s", batch).isEqualTo(batch.itemCount());
      assertThat(parcel.delivery().replayable()).as("replayable").isEqualTo(replayable());
      for (int i = 0; i < batch.itemCount(); i++) {
        origins.add(batch.origins().documentId(i));
      }
    }
    assertThat(origins).doesNotHaveDuplicates();
  }

  @Test
  protected void handsOverNothingOnceItIsStopped() throws Exception {
    RecordingOutputs outputs = outputs();
    Receiver receiver = start(context(), outputs);
    send(TestTelemetry.ids("item", 5));
    awaitDelivered(outputs, 5);
    receiver.stop();
    int taken = outputs.logs().itemCount();
    if (replayable()) {
      send(TestTelemetry.ids("late", 5));
    }
    assertThat(outputs.logs().itemCount()).isEqualTo(taken);
    assertThat(outputs.logs().waiting()).isZero();
  }

  @Test
  protected void goesOnInANewInstanceWhereItWasStopped() throws Exception {
    TestContext context = context();
    RecordingOutputs before = outputs();
    Receiver first = start(context, before);
    send(TestTelemetry.ids("before", 10));
    awaitDelivered(before, 10);
    first.stop();
    RecordingOutputs after = outputs();
    start(context.nextLife(), after);
    send(TestTelemetry.ids("after", 10));
    awaitDelivered(after, 10);
    assertThat(delivered(after))
        .containsExactlyInAnyOrderElementsOf(TestTelemetry.ids("after", 10));
  }

  @Test
  protected void keepsWhatWasUnderWayWhenItStopped() throws Exception {
    TestContext context = context();
    RecordingOutputs before = outputs();
    before.logs().hold();
    Receiver first = start(context, before);
    List<String> ids = TestTelemetry.ids("item", 10);
    CompletableFuture<Collection<String>> again = sendAside(ids);
    before.logs().awaitItems(1);
    CompletableFuture<Void> stop = aside(first::stop);
    // The runtime ends what is under way once its grace time is over.
    before.logs().release(Outcome.STOPPED);
    finish(stop, "stop");
    RecordingOutputs after = outputs();
    start(context.nextLife(), after);
    Set<String> told = new HashSet<>(replayable() ? List.of() : finish(again, "the request"));
    await(
        "trace of every item",
        () -> {
          Set<String> known = new HashSet<>(told);
          known.addAll(delivered(before));
          known.addAll(delivered(after));
          return known.containsAll(ids);
        });
  }

  @Test
  protected void waitsWhileTheStagesBehindItAreFull() throws Exception {
    RecordingOutputs outputs = outputs();
    outputs.logs().block();
    start(context(), outputs);
    List<String> ids = TestTelemetry.ids("item", 20);
    CompletableFuture<Collection<String>> again = sendAside(ids);
    await("a parcel that waits", () -> outputs.logs().waiting() > 0);
    assertThat(outputs.logs().parcels()).isEmpty();
    outputs.logs().unblock();
    List<String> expected = new ArrayList<>(ids);
    expected.removeAll(finish(again, "the request"));
    awaitDelivered(outputs, expected.size());
    assertThat(delivered(outputs)).containsAll(expected);
  }

  @Test
  protected void stopsWhileTheStagesBehindItAreFull() throws Exception {
    RecordingOutputs outputs = outputs();
    outputs.logs().block();
    Receiver receiver = start(context(), outputs);
    CompletableFuture<Collection<String>> again = sendAside(TestTelemetry.ids("item", 20));
    await("a parcel that waits", () -> outputs.logs().waiting() > 0);
    finish(aside(receiver::stop), "stop");
    outputs.logs().unblock();
    again.exceptionally(failure -> List.of()).get(GRACE.toSeconds(), TimeUnit.SECONDS);
    await("the waiting thread to leave", () -> outputs.logs().waiting() == 0);
  }

  @Test
  protected void losesNothingWhenParcelsAreRefusedAtRandom() throws Exception {
    RecordingOutputs outputs = outputs();
    outputs.logs().refuseAtRandom(42, 0.3);
    start(context(), outputs);
    List<String> sent = new ArrayList<>();
    List<String> again = new ArrayList<>();
    for (int request = 0; request < 20; request++) {
      List<String> ids = TestTelemetry.ids("request-" + request, 10);
      sent.addAll(ids);
      again.addAll(send(ids));
    }
    List<String> expected = new ArrayList<>(sent);
    expected.removeAll(again);
    await(
        "all " + expected.size() + " items",
        () -> new HashSet<>(delivered(outputs)).containsAll(expected));
    assertThat(sent).as("sent, against delivered").containsAll(delivered(outputs));
    if (!replayable()) {
      assertThat(delivered(outputs))
          .as("delivered, not told to send again")
          .doesNotContainAnyElementsOf(again);
    }
  }

  private Receiver start(TestContext context, RecordingOutputs outputs) throws Exception {
    Receiver receiver = create(context, outputs);
    started.add(receiver);
    receiver.start();
    return receiver;
  }

  private void awaitDelivered(RecordingOutputs outputs, int items) throws InterruptedException {
    outputs.logs().awaitDelivered(items);
  }

  private List<String> delivered(RecordingOutputs outputs) {
    return outputs.logs().delivered().stream().flatMap(batch -> ids(batch).stream()).toList();
  }

  private CompletableFuture<Collection<String>> sendAside(List<String> ids) {
    CompletableFuture<Collection<String>> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                result.complete(send(ids));
              } catch (Exception e) {
                result.completeExceptionally(e);
              }
            });
    return result;
  }

  private static CompletableFuture<Void> aside(Action action) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                action.run();
                result.complete(null);
              } catch (Exception e) {
                result.completeExceptionally(e);
              }
            });
    return result;
  }

  private static <T> T finish(CompletableFuture<T> future, String what) throws Exception {
    try {
      return future.get(GRACE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(what + ": not done after " + GRACE, e);
    } catch (ExecutionException e) {
      throw new AssertionError(what + ": failed", e.getCause());
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as("no %s after %s", what, PATIENCE).isNegative();
      LockSupport.parkNanos(1_000_000);
    }
  }

  @FunctionalInterface
  private interface Action {
    void run() throws Exception;
  }
}
