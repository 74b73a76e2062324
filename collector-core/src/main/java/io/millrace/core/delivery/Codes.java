package io.millrace.core.delivery;

import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.ExportOutcome.RejectedItem;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the user says that codes mean, against what the exporter makes of them ({@code retry_codes},
 * {@code reject_codes}). Immutable.
 */
final class Codes {
  private final Set<String> retried;
  private final Set<String> rejected;

  Codes(DeliverySettings.Retry settings) {
    this.retried = settings.retryCodes();
    this.rejected = settings.rejectCodes();
  }

  /** The outcome that counts. */
  ExportOutcome apply(ExportOutcome outcome) {
    if (retried.isEmpty() && rejected.isEmpty()) {
      return outcome;
    }
    return switch (outcome) {
      case ExportOutcome.Accepted accepted -> accepted;
      case ExportOutcome.TooLarge tooLarge -> tooLarge;
      case ExportOutcome.Retry retry ->
          rejected.contains(retry.code())
              ? new ExportOutcome.Rejected(retry.reason(), retry.code(), false)
              : retry;
      case ExportOutcome.Rejected whole ->
          retried.contains(whole.code())
              ? new ExportOutcome.Retry(whole.reason(), null, whole.code())
              : whole;
      case ExportOutcome.Partial partial -> apply(partial);
    };
  }

  private ExportOutcome apply(ExportOutcome.Partial partial) {
    BitSet retry = (BitSet) partial.retry().clone();
    List<RejectedItem> lost = new ArrayList<>();
    Map<String, BitSet> codes = new HashMap<>(partial.retryCodes());
    String reason = partial.retryReason();
    for (RejectedItem item : partial.rejected()) {
      if (item.index() >= 0 && retried.contains(item.code())) {
        retry.set(item.index());
        reason = item.reason();
      } else {
        lost.add(item);
      }
    }
    for (String code : rejected) {
      @Nullable BitSet items = codes.remove(code);
      if (items != null) {
        retry.andNot(items);
        items.stream().forEach(i -> lost.add(new RejectedItem(i, partial.retryReason(), code)));
      }
    }
    return new ExportOutcome.Partial(lost, retry, reason, partial.retryAfter(), codes);
  }
}
