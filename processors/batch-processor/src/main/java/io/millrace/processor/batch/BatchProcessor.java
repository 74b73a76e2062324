package io.millrace.processor.batch;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.StatefulProcessor;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Merges parcels until there are enough items or the first has waited long enough. Thread-safe.
 *
 * <p>The Deliveries of merged parcels end when that of the merged one ends, so nothing is
 * acknowledged before it has arrived. Telemetry that its source can read again and telemetry that
 * was pushed are kept apart, since a full pipeline treats them differently; so is telemetry with
 * other values of {@code metadata_keys}. Within such a group the order is kept.
 */
final class BatchProcessor implements StatefulProcessor {
  private final ComponentContext context;
  private final BatchProcessorConfig config;
  private final ConcurrentMap<GroupKey, BatchGroup> groups = new ConcurrentHashMap<>();
  private volatile boolean stopped;

  BatchProcessor(ComponentContext context, BatchProcessorConfig config) {
    this.context = context;
    this.config = config;
  }

  @Override
  public Mode mode() {
    return Mode.HOLD;
  }

  @Override
  public void accept(Parcel parcel, Consumer next) throws InterruptedException {
    if (stopped) {
      parcel.delivery().end(Outcome.STOPPED);
      return;
    }
    GroupKey key = key(parcel);
    BatchGroup group = groups.get(key);
    if (group == null) {
      int limit = config.metadataCardinalityLimit();
      if (limit > 0 && !isKnown(key.metadata()) && metadataSets() >= limit) {
        parcel
            .delivery()
            .refused(
                "more than " + limit + " sets of metadata values (metadata_cardinality_limit)");
        return;
      }
      group =
          groups.computeIfAbsent(
              key, absent -> new BatchGroup(context, config, next, absent.metadata()));
    }
    group.add(parcel);
  }

  @Override
  public void stop() throws InterruptedException {
    stopped = true;
    for (BatchGroup group : groups.values()) {
      group.close();
    }
    groups.clear();
  }

  private boolean isKnown(Map<String, List<String>> metadata) {
    return metadata.isEmpty()
        || groups.keySet().stream().anyMatch(key -> key.metadata().equals(metadata));
  }

  private long metadataSets() {
    return groups.keySet().stream()
        .map(GroupKey::metadata)
        .filter(metadata -> !metadata.isEmpty())
        .distinct()
        .count();
  }

  private GroupKey key(Parcel parcel) {
    TreeMap<String, List<String>> metadata = new TreeMap<>();
    for (String name : config.metadataKeys()) {
      List<String> values = parcel.context().metadata().get(name);
      if (values != null) {
        metadata.put(name, values);
      }
    }
    return new GroupKey(parcel.delivery().replayable(), metadata);
  }

  private record GroupKey(boolean replayable, Map<String, List<String>> metadata) {}
}
