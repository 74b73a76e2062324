package io.millrace.core.delivery;

import io.millrace.api.component.ExportOutcome;
import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt says about the destination, whatever it says about the telemetry. Immutable.
 *
 * @param alive whether it judged or took telemetry; false when it failed as a whole
 * @param overloaded whether it has, or may have, too much to do
 * @param wish when it wants to hear of us again; null when it did not say
 * @param reason why it failed; empty when it did not
 */
record Answer(boolean alive, boolean overloaded, @Nullable Duration wish, String reason) {

  /** What HTTP and gRPC say when there is too much to do, and what an attempt without end says. */
  private static final Set<String> OVERLOAD =
      Set.of(
          "429",
          "503",
          "504",
          "RESOURCE_EXHAUSTED",
          "UNAVAILABLE",
          "DEADLINE_EXCEEDED",
          ExportOutcome.TIMED_OUT);

  private static final Answer GOOD = new Answer(true, false, null, "");

  static Answer of(ExportOutcome outcome) {
    return switch (outcome) {
      case ExportOutcome.Accepted accepted -> GOOD;
      case ExportOutcome.Rejected rejected -> GOOD;
      case ExportOutcome.TooLarge tooLarge -> GOOD;
      case ExportOutcome.Partial partial ->
          new Answer(
              true,
              !Collections.disjoint(partial.retryCodes().keySet(), OVERLOAD),
              partial.retryAfter(),
              partial.retryReason());
      case ExportOutcome.Retry retry ->
          new Answer(
              false,
              OVERLOAD.contains(retry.code()) || retry.after() != null,
              retry.after(),
              retry.reason());
    };
  }
}
