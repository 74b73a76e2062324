package io.millrace.core.graph;

import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.component.Calls;
import io.millrace.core.component.ComponentSlot;
import io.millrace.core.component.LogLimiter;
import io.millrace.core.telemetry.Balance;
import io.millrace.core.telemetry.Instruments;
import io.millrace.core.telemetry.Instruments.Tally;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door into a component that takes Deliveries over: a stateful processor or a connector.
 * Thread-safe.
 */
final class Intake {
  private static final Logger LOGGER = LoggerFactory.getLogger(Intake.class);

  private final ComponentSlot<?> slot;
  private final Signal signal;
  private final Tally incoming;
  private final Tally misbehaved;
  private final InFlight inFlight;
  private final LogLimiter limiter = new LogLimiter();

  /** The call into the component. */
  @FunctionalInterface
  interface Call {
    void accept(Parcel parcel) throws InterruptedException;
  }

  Intake(ComponentSlot<?> slot, Signal signal, Tally incoming, Instruments instruments) {
    this.slot = slot;
    this.signal = signal;
    this.incoming = incoming;
    this.misbehaved = Misbehaviour.calls(instruments, slot.identity());
    String prefix = "otelcol_" + slot.identity().kind().id() + "_taken_";
    Map<String, String> labels = new LinkedHashMap<>(slot.identity().labels());
    labels.put("otel.signal", signal.id());
    this.inFlight =
        new InFlight(
            slot.identity().name(),
            Intake.class.getClassLoader(),
            new InFlight.Books(
                instruments.counter(
                    prefix + "delivered_items", "Items taken over that were delivered", labels),
                instruments.counter(
                    prefix + "failed_items", "Items taken over that were not delivered", labels),
                Misbehaviour.endedTwice(instruments, slot.identity())));
    var _ =
        instruments.gauge(
            prefix + "oldest_age_seconds",
            "Age of the oldest delivery that the component has not ended",
            labels,
            inFlight::oldestAgeSeconds);
  }

  /** Gives a parcel to the component; when that throws, the Delivery ends as refused. */
  void give(Parcel parcel, Call call) throws InterruptedException {
    int items = parcel.batch().itemCount();
    incoming.add(items);
    InFlight.Tracked tracked = inFlight.track(parcel.delivery(), items);
    ClassLoader before = Calls.enter(slot.loader());
    try {
      call.accept(parcel.withDelivery(tracked));
    } catch (InterruptedException e) {
      tracked.giveUp(new Outcome.Refused("interrupted", null));
      throw e;
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      misbehaved.add(1);
      String problem = Calls.describe(e);
      if (limiter.permit(problem) >= 0) {
        LOGGER
            .atWarn()
            .addKeyValue("component", slot.identity())
            .setCause(e)
            .log("Component failed on a batch");
      }
      tracked.giveUp(new Outcome.Refused(slot.identity().name() + ": " + problem, null));
    } finally {
      Calls.leave(before);
    }
  }

  /** Ends what the component has not ended, when the agent stops. */
  void endAll(Outcome outcome) {
    inFlight.endAll(outcome);
  }

  /** The books of this door. */
  Balance balance() {
    return inFlight.balance("into " + slot.identity() + " " + signal.id(), incoming.value());
  }
}
