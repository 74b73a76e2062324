package io.millrace.core.delivery;

import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.ExportOutcome.RejectedItem;
import io.millrace.api.telemetry.Batch;
import io.millrace.core.state.DeadLetterStore.Letter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A batch of which the destination took only some, by what becomes of the items. An exporter's
 * mistakes are mended: what it wants sent again is not rejected, and what does not exist does not
 * count. Immutable.
 *
 * @param accepted how many items are there
 * @param retry the items to send again
 * @param letters the items to put aside, by reason
 * @param mistakes how many of the items do not exist
 */
record Share(int accepted, BitSet retry, List<Letter> letters, int mistakes) {

  static Share of(Batch batch, ExportOutcome.Partial partial) {
    int items = batch.itemCount();
    BitSet retry = partial.retry().get(0, items);
    BitSet rejected = new BitSet(items);
    Map<String, BitSet> byReason = new LinkedHashMap<>();
    int mistakes = 0;
    for (RejectedItem item : partial.rejected()) {
      if (item.index() < 0 || item.index() >= items) {
        mistakes++;
      } else if (!retry.get(item.index()) && !rejected.get(item.index())) {
        rejected.set(item.index());
        byReason.computeIfAbsent(item.reason(), key -> new BitSet()).set(item.index());
      }
    }
    List<Letter> letters = new ArrayList<>(byReason.size());
    byReason.forEach((reason, which) -> letters.add(new Letter(batch.select(which), reason)));
    return new Share(
        items - retry.cardinality() - rejected.cardinality(), retry, letters, mistakes);
  }
}
