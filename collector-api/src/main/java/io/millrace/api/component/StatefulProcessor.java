package io.millrace.api.component;

import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Parcel;

/**
 * A processor that keeps telemetry beyond one call, such as batching. Thread-safe.
 *
 * <p>{@link Mode#HOLD}: the inputs' Deliveries end when the outputs derived from them end (join
 * them with {@link io.millrace.api.pipeline.Deliveries#join}). {@link Mode#ABSORB}: the processor
 * ends them as delivered when it has absorbed them, and what it holds is lost in a crash unless it
 * keeps it in a storage: its factory's {@code lostInACrash} says so.
 */
public non-sealed interface StatefulProcessor extends Processor {

  /** What happens to the Deliveries of parcels that go in. */
  enum Mode {
    HOLD,
    ABSORB
  }

  Mode mode();

  /**
   * Takes a parcel over; hands parcels to {@code next} now or later, on any thread, until {@link
   * #stop} returns, which flushes what is held.
   *
   * @throws InterruptedException as {@link Consumer#accept}
   */
  void accept(Parcel parcel, Consumer next) throws InterruptedException;
}
