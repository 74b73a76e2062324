package io.millrace.core.delivery;

import io.millrace.api.component.DeliverySettings;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is exported together: one parcel, or several merged ones, and what has become of their items
 * so far. Thread-safe.
 */
final class Load {

  /** A parcel in the queue. */
  static final class Entry {
    final Parcel parcel;
    final int items;
    final long units;
    final long retainedBytes;
    final long sinceNanos;

    /** Neighbours among those whose Delivery has not ended; guarded by the queue's lock. */
    @Nullable Entry older;

    @Nullable Entry newer;

    /** Guarded by the queue's lock. */
    boolean ended;

    Entry(Parcel parcel, long units, long retainedBytes, long sinceNanos) {
      this.parcel = parcel;
      this.items = parcel.batch().itemCount();
      this.units = units;
      this.retainedBytes = retainedBytes;
      this.sinceNanos = sinceNanos;
    }
  }

  private final List<Entry> entries;
  private long open;
  private boolean abandoned;

  Load(List<Entry> entries) {
    this.entries = List.copyOf(entries);
    for (Entry entry : entries) {
      open += entry.items;
    }
  }

  List<Entry> entries() {
    return entries;
  }

  /** The telemetry, in pieces no larger than the merge allows. */
  List<Batch> pieces(DeliverySettings.@Nullable Merge merge) {
    Batch whole =
        entries.size() == 1
            ? entries.get(0).parcel.batch()
            : Batch.concat(entries.stream().map(entry -> entry.parcel.batch()).toList());
    if (merge == null || merge.maxSize() <= 0) {
      return List.of(whole);
    }
    int max = (int) Math.min(Integer.MAX_VALUE, merge.maxSize());
    return merge.sizer() == DeliverySettings.Sizer.BYTES
        ? whole.splitByBytes(max)
        : whole.splitByItems(max);
  }

  /** What is known about the requests: what they have in common, and the earliest arrival. */
  RequestContext context() {
    RequestContext first = entries.get(0).parcel.context();
    if (entries.size() == 1) {
      return first;
    }
    String peer = first.peer();
    long received = first.receivedUnixNanos();
    for (Entry entry : entries) {
      RequestContext other = entry.parcel.context();
      peer = peer != null && peer.equals(other.peer()) ? peer : null;
      received = Math.min(received, other.receivedUnixNanos());
    }
    return new RequestContext(first.metadata(), peer, received);
  }

  /**
   * Notes that items have come to an end; nothing when the load was abandoned before.
   *
   * @return how many to count
   */
  synchronized long settle(long items) {
    if (abandoned) {
      return 0;
    }
    long counted = Math.min(open, items);
    open -= counted;
    return counted;
  }

  /**
   * Ends the load for good.
   *
   * @return the items that had not come to an end
   */
  synchronized long abandon() {
    abandoned = true;
    long left = open;
    open = 0;
    return left;
  }

  /** The entries' parcels, for messages. */
  @Override
  public String toString() {
    return new ArrayList<>(entries).size() + " parcels";
  }
}
