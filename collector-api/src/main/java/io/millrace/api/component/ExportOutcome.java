package io.millrace.api.component;

import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of one attempt to export a batch. Immutable once returned.
 *
 * <p>Outcomes other than success may carry the destination's <em>code</em>: an HTTP status such as
 * {@code 401}, the name of a gRPC status or of a Kafka error; empty when it gave none. Users can
 * have codes treated otherwise than the exporter does ({@code retry_on_failure.retry_codes}, {@code
 * reject_codes}); see {@link ExporterFactory#codes}.
 */
public sealed interface ExportOutcome {

  ExportOutcome ACCEPTED = new Accepted();

  /** The code of an attempt that took longer than {@code timeout}, which the runtime broke off. */
  String TIMED_OUT = "TIMED_OUT";

  /** The destination has all of it. */
  record Accepted() implements ExportOutcome {}

  /**
   * The destination has some of it. Items in neither list were accepted.
   *
   * @param rejected items that will never be accepted; they go to the dead letters
   * @param retry indices of items to send again; may be empty
   * @param retryReason why, for the log; empty when nothing is to be sent again
   * @param retryAfter the destination's wish; null when it has none
   * @param retryCodes the items to send again by the destination's code, as far as it gave any
   */
  record Partial(
      List<RejectedItem> rejected,
      BitSet retry,
      String retryReason,
      @Nullable Duration retryAfter,
      Map<String, BitSet> retryCodes)
      implements ExportOutcome {
    public Partial {
      rejected = List.copyOf(rejected);
      retryCodes = Map.copyOf(retryCodes);
    }

    /** Without codes. */
    public Partial(
        List<RejectedItem> rejected,
        BitSet retry,
        String retryReason,
        @Nullable Duration retryAfter) {
      this(rejected, retry, retryReason, retryAfter, Map.of());
    }
  }

  /**
   * Nothing is known to have arrived; the whole batch is to be sent again.
   *
   * @param reason one sentence
   * @param after the destination's wish; null when it has none
   * @param code the destination's; empty when it gave none
   */
  record Retry(String reason, @Nullable Duration after, String code) implements ExportOutcome {

    /** Without a code. */
    public Retry(String reason, @Nullable Duration after) {
      this(reason, after, "");
    }
  }

  /**
   * The whole batch will never be accepted; it goes to the dead letters.
   *
   * @param reason one sentence
   * @param code the destination's; empty when it gave none
   * @param divisible whether a single item can be the cause. The runtime then looks for it by
   *     halving, so that the others arrive
   */
  record Rejected(String reason, String code, boolean divisible) implements ExportOutcome {

    /** Without a code, for a reason that all items share. */
    public Rejected(String reason) {
      this(reason, "", false);
    }
  }

  /**
   * The batch is too large for the destination. The runtime halves it; a single item that is too
   * large goes to the dead letters.
   *
   * @param reason one sentence
   */
  record TooLarge(String reason) implements ExportOutcome {}

  /**
   * An item that will never be accepted.
   *
   * @param index the item's position in the batch, from 0
   * @param reason one sentence
   * @param code the destination's; empty when it gave none
   */
  record RejectedItem(int index, String reason, String code) {

    /** Without a code. */
    public RejectedItem(int index, String reason) {
      this(index, reason, "");
    }
  }
}
