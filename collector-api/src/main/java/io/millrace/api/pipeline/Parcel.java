package io.millrace.api.pipeline;

import io.millrace.api.telemetry.Batch;
import java.util.Objects;

/**
 * A batch on its way, together with what must be told when it has arrived and where it came from.
 * Immutable.
 *
 * @param batch the telemetry; of the signal the pipeline carries
 * @param delivery ends exactly once; see {@link Delivery}
 * @param context client, authentication and receive time of the request
 */
public record Parcel(Batch batch, Delivery delivery, RequestContext context) {

  public Parcel {
    Objects.requireNonNull(batch, "batch");
    Objects.requireNonNull(delivery, "delivery");
    Objects.requireNonNull(context, "context");
  }

  /** The same parcel with other telemetry, as a processor hands it on. */
  public Parcel withBatch(Batch other) {
    return new Parcel(other, delivery, context);
  }

  /** The same parcel with another Delivery, as fan-out hands it on. */
  public Parcel withDelivery(Delivery other) {
    return new Parcel(batch, other, context);
  }
}
