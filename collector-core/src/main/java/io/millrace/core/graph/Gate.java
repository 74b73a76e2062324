package io.millrace.core.graph;

import io.millrace.api.component.Component;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.core.component.ComponentSlot;
import org.jspecify.annotations.Nullable;

/** Lets parcels through to components that run. */
final class Gate {

  private Gate() {}

  /**
   * The component to give a parcel to. A replayable parcel waits for it; others are refused while
   * it does not run.
   *
   * @return null when the parcel's Delivery was ended instead
   * @throws InterruptedException when interrupted while waiting; the Delivery has been ended
   */
  static <T extends Component> @Nullable T pass(ComponentSlot<T> slot, Parcel parcel)
      throws InterruptedException {
    T running = slot.running();
    if (running != null) {
      return running;
    }
    if (!slot.stopping() && !parcel.delivery().replayable()) {
      parcel
          .delivery()
          .end(
              new Outcome.Refused(
                  slot.identity().name() + " is not running: " + slot.reason(), null));
      return null;
    }
    T awaited;
    try {
      awaited = slot.awaitRunning();
    } catch (InterruptedException e) {
      parcel.delivery().end(new Outcome.Refused("interrupted", null));
      throw e;
    }
    if (awaited == null) {
      parcel.delivery().end(Outcome.STOPPED);
    }
    return awaited;
  }
}
