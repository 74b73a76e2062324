package io.millrace.api.pipeline;

/**
 * The way back of a parcel: tells the source what became of it. Ends exactly once; later calls of
 * {@link #end} are ignored and counted by the runtime.
 *
 * <p>Filtered, sampled and durably dead-lettered telemetry counts as delivered. Telemetry that was
 * under way when the agent stopped is neither delivered nor failed: its Delivery ends as {@link
 * Outcome.Stopped}, and a replayable source reads it again.
 *
 * <p>Thread-safe. Fork and join with {@link Deliveries}.
 */
public interface Delivery {

  /**
   * Ends this Delivery. Runs the source's callback on the calling thread, so callers hold no locks.
   */
  void end(Outcome outcome);

  /**
   * Whether the source can read the telemetry again (a file, a Kafka partition). Then a branch that
   * is full makes the source wait; telemetry of other sources may be refused instead.
   */
  boolean replayable();

  /**
   * Whether the sender is told that the telemetry has arrived as soon as a pipeline has taken it: a
   * failure after that loses it, since nobody sends it again. False for a replayable source, and
   * for a sender that waits until this Delivery ends.
   */
  default boolean acknowledged() {
    return false;
  }

  /** Ends this Delivery as delivered. */
  default void delivered() {
    end(Outcome.DELIVERED);
  }

  /** Ends this Delivery as failed for now: the source may send or read the telemetry again. */
  default void refused(String reason) {
    end(new Outcome.Refused(reason, null));
  }
}
