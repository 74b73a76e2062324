package io.millrace.core.fakes;

import io.millrace.api.component.StatefulProcessor;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;

/** Rejects for ever what says "bad", because there is "no such thing". Thread-safe. */
public final class StrictProcessor implements StatefulProcessor {
  @Override
  public Mode mode() {
    return Mode.HOLD;
  }

  @Override
  public void accept(Parcel parcel, Consumer next) throws InterruptedException {
    if (Telemetry.texts(parcel.batch()).contains("bad")) {
      parcel.delivery().end(new Outcome.Rejected("no such thing"));
    } else {
      next.accept(parcel);
    }
  }
}
