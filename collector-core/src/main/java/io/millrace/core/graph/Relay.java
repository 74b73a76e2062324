package io.millrace.core.graph;

import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Parcel;
import org.jspecify.annotations.Nullable;

/**
 * A part of the graph with one way on, which it names instead of calling it. A chain of relays is
 * walked in a loop, so that what one of them made is not kept by its caller until the last one has
 * taken it: with one record of 4 MB and five processors that would be 20 MB. Thread-safe.
 */
interface Relay extends Consumer {

  /**
   * Where a parcel goes now.
   *
   * @param next takes it
   * @param parcel what the relay has made of it
   */
  record Onward(Consumer next, Parcel parcel) {}

  /**
   * Takes a parcel.
   *
   * @return null when it has ended here, or has been handed on already
   * @throws InterruptedException as {@link Consumer#accept} does
   */
  @Nullable Onward pass(Parcel parcel) throws InterruptedException;

  @Override
  default void accept(Parcel parcel) throws InterruptedException {
    Onward onward;
    try {
      onward = pass(parcel);
      while (onward != null && onward.next() instanceof Relay relay) {
        onward = relay.pass(onward.parcel());
      }
    } finally {
      Turn.leave();
    }
    if (onward != null) {
      onward.next().accept(onward.parcel());
    }
  }
}
