package io.millrace.api.component;

import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of one attempt to export a batch. Immutable once returned. */
public sealed interface ExportOutcome {

  ExportOutcome ACCEPTED = new Accepted();

  /** The destination has all of it. */
  record Accepted() implements ExportOutcome {}

  /**
   * The destination has some of it. Items in neither list were accepted.
   *
   * @param rejected items that will never be accepted; they go to the dead letters
   * @param retry indices of items to send again; may be empty
   * @param retryReason why, for the log; empty when nothing is to be sent again
   * @param retryAfter the destination's wish; null when it has none
   */
  record Partial(
      List<RejectedItem> rejected, BitSet retry, String retryReason, @Nullable Duration retryAfter)
      implements ExportOutcome {
    public Partial {
      rejected = List.copyOf(rejected);
    }
  }

  /**
   * Nothing is known to have arrived; the whole batch is to be sent again.
   *
   * @param reason one sentence
   * @param after the destination's wish; null when it has none
   */
  record Retry(String reason, @Nullable Duration after) implements ExportOutcome {}

  /**
   * The whole batch will never be accepted; it goes to the dead letters.
   *
   * @param reason one sentence
   */
  record Rejected(String reason) implements ExportOutcome {}

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
   */
  record RejectedItem(int index, String reason) {}
}
