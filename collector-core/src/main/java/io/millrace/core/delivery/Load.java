package io.millrace.core.delivery;

import io.millrace.api.component.DeliverySettings;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is exported together: one parcel, or several alike that were merged, and what has become of
 * their items so far. Thread-safe.
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

    /** Whether it may be exported together with another. */
    boolean isLike(Entry other) {
      return keepsWhatIsGivenUp() == other.keepsWhatIsGivenUp()
          && parcel.context().metadata().equals(other.parcel.context().metadata());
    }

    /** Whether it goes to the dead letters when it is given up, and not back to its sender. */
    boolean keepsWhatIsGivenUp() {
      return parcel.delivery().replayable() || parcel.delivery().acknowledged();
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

  /** The size of a batch as a setting counts it. */
  static long units(Batch batch, DeliverySettings.Sizer sizer) {
    return switch (sizer) {
      case REQUESTS -> 1;
      case ITEMS -> batch.itemCount();
      case BYTES -> batch.sizeBytes();
    };
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
   * Whether what is given up has to be kept, since nobody waits to send it again: the source can
   * read it again, but would hand it to the other exporters once more, or believes that it arrived.
   */
  boolean keepsWhatIsGivenUp() {
    return entries.get(0).keepsWhatIsGivenUp();
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
