package io.millrace.core.graph;

import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Deliveries;
import io.millrace.api.pipeline.Delivery;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import java.util.Collection;
import java.util.List;

/**
 * Hands a parcel to several branches. Thread-safe. Each branch takes the same batch with a part of
 * the Delivery and admits on its own: one that refuses does not keep the others from taking it, one
 * that is full makes the source wait.
 */
final class FanOut implements Consumer {
  private final List<? extends Consumer> branches;

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
    for (int i = 0; i < parts.size(); i++) {
      try {
        branches.get(i).accept(parcel.withDelivery(parts.get(i)));
      } catch (InterruptedException e) {
        Outcome interrupted = new Outcome.Refused("interrupted", null);
        parts.subList(i + 1, parts.size()).forEach(part -> part.end(interrupted));
        throw e;
      }
    }
  }
}
