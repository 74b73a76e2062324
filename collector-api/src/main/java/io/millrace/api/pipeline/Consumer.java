package io.millrace.api.pipeline;

/**
 * The next stage of a pipeline, as a component sees it.
 *
 * <p>Thread-safe: several threads may hand over parcels at the same time.
 */
@FunctionalInterface
public interface Consumer {

  /**
   * Takes over a parcel. From here on the parcel's {@link Delivery} belongs to the consumer, which
   * ends it exactly once, now or later, on any thread. Refusals and failures travel through the
   * Delivery, never as an exception of this method.
   *
   * <p>Blocks while the stages behind are full; that is the back-pressure a source must honour.
   *
   * @throws InterruptedException when the thread was interrupted while waiting; the parcel's
   *     Delivery has then been ended as failed
   */
  void accept(Parcel parcel) throws InterruptedException;
}
