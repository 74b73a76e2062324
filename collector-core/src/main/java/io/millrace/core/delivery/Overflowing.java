package io.millrace.core.delivery;

import io.millrace.api.component.DeliverySettings.Overflow;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.telemetry.Origins;
import io.millrace.core.component.Identity;
import io.millrace.core.component.LogLimiter;
import io.millrace.core.component.Services;
import io.millrace.core.state.DeadLetterStore.Letter;
import io.millrace.core.state.DropJournal;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of parcels that a full queue does not take, where they need not wait. Thread-safe.
 */
final class Overflowing {
  private static final Logger LOGGER = LoggerFactory.getLogger(Overflowing.class);

  private final Identity owner;
  private final Overflow policy;
  private final Services services;
  private final DropJournal journal;
  private final ExportMetrics metrics;
  private final LogLimiter limiter = new LogLimiter();

  Overflowing(Identity owner, Overflow policy, ExportPath.Shared shared, ExportMetrics metrics) {
    this.owner = owner;
    this.policy = policy;
    this.services = shared.services();
    this.journal = shared.journal();
    this.metrics = metrics;
  }

  /** Whether parcels have another way than to wait or to be refused. */
  boolean hasOtherWay() {
    return policy == Overflow.DEAD_LETTER || policy == Overflow.DROP;
  }

  /**
   * Takes the other way.
   *
   * @param why why the queue does not take it
   * @return false when that could not be done durably, or noted, so that the parcel has to wait
   */
  boolean take(Parcel parcel, Admission why) {
    String reason = why.text();
    int items = parcel.batch().itemCount();
    try {
      if (policy == Overflow.DROP) {
        journal.dropped(owner.name(), parcel.batch().origins(), Origins.NONE);
        (why == Admission.NO_MEMORY ? metrics.droppedForMemory : metrics.droppedFull).add(items);
        note("Dropped", reason);
      } else {
        services
            .deadLetters()
            .put("exporter", owner.id(), List.of(new Letter(parcel.batch(), reason)));
        metrics.deadLettered.add(items);
        note("Put aside as dead letters", reason);
      }
      return true;
    } catch (IOException e) {
      note(
          "Telemetry waits, since it cannot be put aside or noted", String.valueOf(e.getMessage()));
      return false;
    }
  }

  private void note(String what, String reason) {
    long suppressed = limiter.permit(reason);
    if (suppressed >= 0) {
      LOGGER
          .atWarn()
          .addKeyValue("component", owner)
          .addKeyValue("suppressed", suppressed)
          .log("{}: {}", what, reason);
    }
  }
}
