package io.millrace.api.pipeline;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a Delivery ended. Immutable. */
public sealed interface Outcome {

  /** Every branch has the telemetry durably, or has durably put it aside. */
  Outcome DELIVERED = new Delivered();

  /** The agent stops; nothing is known about the telemetry. */
  Outcome STOPPED = new Stopped();

  /** The telemetry has arrived. */
  record Delivered() implements Outcome {}

  /**
   * Not taken now; the same telemetry may succeed later.
   *
   * @param reason one sentence for the log and the client
   * @param retryAfter when the sender should try again; null when unknown
   */
  record Refused(String reason, @Nullable Duration retryAfter) implements Outcome {}

  /**
   * Will never be taken; sending it again is useless.
   *
   * @param reason one sentence for the log and the client
   */
  record Rejected(String reason) implements Outcome {}

  /** The agent stopped before the telemetry arrived. */
  record Stopped() implements Outcome {}

  /** The worse of two outcomes: rejected, stopped, refused, delivered, in this order. */
  static Outcome worse(Outcome a, Outcome b) {
    return rank(a) >= rank(b) ? a : b;
  }

  private static int rank(Outcome outcome) {
    if (outcome instanceof Rejected) {
      return 3;
    }
    if (outcome instanceof Stopped) {
      return 2;
    }
    return outcome instanceof Refused ? 1 : 0;
  }
}
