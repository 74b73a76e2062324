package io.millrace.core.graph;

import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Deliveries;
import io.millrace.api.pipeline.Delivery;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.core.delivery.Crowded;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Hands a parcel to several branches. Thread-safe. Each branch takes the same batch with a part of
 * the Delivery and admits on its own: one that refuses does not keep the others from taking it. One
 * that is full makes the source wait, after those that have room have taken the batch.
 */
final class FanOut implements Consumer, Crowded {
  private final List<Consumer> branches;

  private FanOut(Collection<? extends Consumer> branches) {
    this.branches = List.copyOf(branches);
  }

  /** The branches as one; a single one as it is. */
  static Consumer to(Collection<? extends Consumer> branches) {
    return branches.size() == 1 ? branches.iterator().next() : new FanOut(branches);
  }

  @Override
  public void accept(Parcel parcel) throws InterruptedException {
    List<Delivery> parts = Deliveries.fork(parcel.delivery(), branches.size());
    List<Consumer> inOrder = roomFirst(parcel);
    for (int i = 0; i < parts.size(); i++) {
      try {
        inOrder.get(i).accept(parcel.withDelivery(parts.get(i)));
      } catch (InterruptedException e) {
        Outcome interrupted = new Outcome.Refused("interrupted", null);
        parts.subList(i + 1, parts.size()).forEach(part -> part.end(interrupted));
        throw e;
      }
    }
  }

  @Override
  public boolean isCrowdedFor(Parcel parcel) {
    for (Consumer branch : branches) {
      if (Crowded.is(branch, parcel)) {
        return true;
      }
    }
    return false;
  }

  private List<Consumer> roomFirst(Parcel parcel) {
    if (!isCrowdedFor(parcel)) {
      return branches;
    }
    List<Consumer> room = new ArrayList<>(branches.size());
    List<Consumer> none = new ArrayList<>();
    for (Consumer branch : branches) {
      (Crowded.is(branch, parcel) ? none : room).add(branch);
    }
    room.addAll(none);
    return room;
  }
}
