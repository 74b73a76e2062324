package io.millrace.processor.batch;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Range;
import io.millrace.api.config.Validated;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Configuration of the {@code batch} processor; keys and defaults are the Collector's. */
public record BatchProcessorConfig(
    @Doc(
            "Longest time an item waits for others. 0s sends at once, and only send_batch_max_size"
                + " has an effect then.")
        @Default("200ms")
        @Range(min = "0s")
        Duration timeout,
    @Doc("Number of items at which a batch is sent without waiting longer. 0 sends at once.")
        @Default("8192")
        @Range(min = "0", max = "10000000")
        int sendBatchSize,
    @Doc("Number of items above which a batch is split; 0 means never.")
        @Default("0")
        @Range(min = "0", max = "10000000")
        int sendBatchMaxSize,
    @Doc(
            "Request headers whose values keep telemetry apart: one batch for each set of values."
                + " Needs include_metadata at the receiver.")
        @Default("[]")
        List<String> metadataKeys,
    @Doc(
            "Most sets of values at a time; telemetry with a further one is refused. 0 means no limit.")
        @Default("1000")
        @Range(min = "0")
        int metadataCardinalityLimit)
    implements Validated {

  public BatchProcessorConfig {
    metadataKeys = metadataKeys.stream().map(key -> key.toLowerCase(Locale.ROOT)).toList();
  }

  @Override
  public void validate(Problems problems) {
    if (sendBatchMaxSize > 0 && sendBatchMaxSize < sendBatchSize) {
      problems.add(
          "send_batch_max_size",
          sendBatchMaxSize + " (expected: at least send_batch_size, " + sendBatchSize + ", or 0)");
    }
    Set<String> seen = new HashSet<>();
    for (String key : metadataKeys) {
      if (!seen.add(key)) {
        problems.add(
            "metadata_keys", "\"" + key + "\" stands twice (expected: distinct, in any case)");
      }
    }
  }
}
