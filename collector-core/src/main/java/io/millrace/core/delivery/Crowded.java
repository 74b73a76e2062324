package io.millrace.core.delivery;

import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Parcel;

/** A way that can be full, so that whoever hands over a parcel would wait. */
public interface Crowded {

  /** Whether there is no room for a parcel now, as far as this is known without trying. */
  boolean isCrowdedFor(Parcel parcel);

  /** Whether a consumer is known to have no room for a parcel. */
  static boolean is(Consumer consumer, Parcel parcel) {
    return consumer instanceof Crowded way && way.isCrowdedFor(parcel);
  }
}
