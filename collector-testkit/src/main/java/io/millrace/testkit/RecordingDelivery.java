package io.millrace.testkit;

import io.millrace.api.pipeline.Delivery;
import io.millrace.api.pipeline.Outcome;
import java.time.Duration;
import java.util.Optional;

/** A Delivery whose end tests read. Thread-safe. */
public final class RecordingDelivery implements Delivery {
  private final Recorded<Outcome> outcomes = new Recorded<>();
  private final boolean replayable;

  private RecordingDelivery(boolean replayable) {
    this.replayable = replayable;
  }

  /** One of a source that can read again. */
  public static RecordingDelivery ofReplayable() {
    return new RecordingDelivery(true);
  }

  /** One of telemetry that was pushed. */
  public static RecordingDelivery ofPushed() {
    return new RecordingDelivery(false);
  }

  @Override
  public void end(Outcome outcome) {
    outcomes.add(outcome);
  }

  @Override
  public boolean replayable() {
    return replayable;
  }

  /** The first end; empty while there is none. */
  public Optional<Outcome> outcome() {
    return outcomes.all().stream().findFirst();
  }

  /** How often this Delivery was ended; more than once is a fault of whoever did it. */
  public int ends() {
    return outcomes.all().size();
  }

  /**
   * Waits for the end.
   *
   * @throws AssertionError when there is none in time
   */
  public Outcome awaitOutcome(Duration max) throws InterruptedException {
    outcomes.await(max, "the end of a Delivery", all -> !all.isEmpty());
    return outcomes.all().get(0);
  }
}
