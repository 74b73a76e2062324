package io.millrace.core.graph;

import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.component.Calls;
import io.millrace.core.component.ComponentSlot;
import io.millrace.core.component.Identity;
import io.millrace.core.telemetry.Balance;
import io.millrace.core.telemetry.Instruments;
import io.millrace.core.telemetry.Instruments.Tally;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consumer that a component is given: the door from a receiver, a stateful processor or a
 * connector into the graph. Thread-safe. From here on the parcel's Delivery ends exactly once, and
 * the component is told in its own context.
 */
final class Output implements Consumer {
  private static final Logger LOGGER = LoggerFactory.getLogger(Output.class);

  private final Identity from;
  private final Signal signal;
  private final Consumer next;
  private final InFlight inFlight;
  private final Tally offered;
  private final Tally misbehaved;

  Output(ComponentSlot<?> slot, Signal signal, Consumer next, Instruments instruments) {
    this.from = slot.identity();
    this.signal = signal;
    this.next = next;
    this.misbehaved = Misbehaviour.calls(instruments, from);
    Map<String, String> labels = new LinkedHashMap<>(from.labels());
    labels.put("data_type", signal.id());
    String prefix = "otelcol_" + from.kind().id() + "_";
    String noun = signal.itemNoun();
    this.offered =
        instruments.counter(prefix + "offered_" + noun, "Items that were handed over", labels);
    this.inFlight =
        new InFlight(
            from.name(),
            slot.loader(),
            new InFlight.Books(
                instruments.counter(
                    prefix + "accepted_" + noun, "Items that every branch delivered", labels),
                instruments.counter(
                    prefix + "refused_" + noun, "Items that some branch did not deliver", labels),
                Misbehaviour.endedTwice(instruments, from)));
    var _ =
        instruments.gauge(
            prefix + "in_flight_items",
            "Items whose delivery has not ended",
            labels,
            inFlight::items);
    var _ =
        instruments.gauge(
            prefix + "oldest_unacknowledged_age_seconds",
            "Age of the oldest delivery that has not ended",
            labels,
            inFlight::oldestAgeSeconds);
  }

  @Override
  public void accept(Parcel parcel) throws InterruptedException {
    int items = parcel.batch().itemCount();
    offered.add(items);
    InFlight.Tracked tracked = inFlight.track(parcel.delivery(), items);
    Signal actual = parcel.batch().signal();
    if (actual != signal) {
      misbehaved.add(1);
      tracked.end(
          new Outcome.Rejected(from.name() + " sent " + actual.id() + " to " + signal.id()));
      return;
    }
    if (items == 0) {
      tracked.delivered();
      return;
    }
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try {
      next.accept(parcel.withDelivery(tracked));
    } catch (InterruptedException e) {
      tracked.giveUp(new Outcome.Refused("interrupted", null));
      throw e;
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      LOGGER.atError().addKeyValue("component", from).setCause(e).log("Could not hand on a parcel");
      tracked.giveUp(new Outcome.Refused("could not be handed on: " + e, null));
    } finally {
      Calls.leave(before);
    }
  }

  /** Ends what is left when the agent stops. */
  void endAll(Outcome outcome) {
    inFlight.endAll(outcome);
  }

  /** The books of this door. */
  Balance balance() {
    return inFlight.balance("out of " + from + " " + signal.id(), offered.value());
  }
}
