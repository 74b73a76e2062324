package io.millrace.core.graph;

import io.millrace.api.component.Processor;
import io.millrace.api.component.RefusedException;
import io.millrace.api.component.SimpleProcessor;
import io.millrace.api.component.StatefulProcessor;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Deliveries;
import io.millrace.api.pipeline.Delivery;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.component.Calls;
import io.millrace.core.component.ComponentSlot;
import io.millrace.core.component.LogLimiter;
import io.millrace.core.delivery.Crowded;
import io.millrace.core.state.DropJournal;
import io.millrace.core.telemetry.Balance;
import io.millrace.core.telemetry.Instruments;
import io.millrace.core.telemetry.Instruments.Tally;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A processor in its pipeline. Thread-safe. Carries the Delivery around a simple processor, and
 * completes it when nothing is left of the batch; what was dropped is counted and noted in the
 * journal before the source is told.
 */
final class ProcessorStage implements Relay, Crowded {
  private static final Logger LOGGER = LoggerFactory.getLogger(ProcessorStage.class);

  /**
   * What a simple processor is given at once, in items and in bytes: of a larger batch it gets, and
   * hands on, one part after the other. A session may need eighty times the bytes of what it
   * changes. A single item cannot be parted.
   */
  private static final int PART_ITEMS =
      Math.clamp(Runtime.getRuntime().maxMemory() >> 14, 2048, 1 << 20);

  private static final int PART_BYTES =
      Math.clamp(Runtime.getRuntime().maxMemory() >> 5, 1 << 20, 1 << 30);

  private static final Outcome INTERRUPTED = new Outcome.Refused("interrupted", null);

  private final ComponentSlot<Processor> slot;
  private final Signal signal;
  private final Consumer next;
  private final DropJournal journal;
  private final Instruments instruments;
  private final Tally incoming;
  private final Tally outgoing;
  private final Tally dropped;
  private final Tally added;
  private final Tally refused;
  private final Tally misbehaved;
  private final LogLimiter limiter = new LogLimiter();
  private volatile @Nullable Doors doors;

  /** The ways in and out of a processor that keeps Deliveries; a simple one has none. */
  private record Doors(Intake intake, Output output) {}

  ProcessorStage(
      ComponentSlot<Processor> slot,
      Signal signal,
      Consumer next,
      DropJournal journal,
      Instruments instruments) {
    this.slot = slot;
    this.signal = signal;
    this.journal = journal;
    Map<String, String> labels = new LinkedHashMap<>(slot.identity().labels());
    labels.put("otel.signal", signal.id());
    this.incoming =
        instruments.counter(
            "otelcol_processor_incoming_items", "Items that went into the processor", labels);
    this.outgoing =
        instruments.counter(
            "otelcol_processor_outgoing_items", "Items that came out of the processor", labels);
    Map<String, String> filtered = new LinkedHashMap<>(labels);
    filtered.put("reason", "filtered");
    this.dropped =
        instruments.counter(
            "otelcol_processor_dropped_items", "Items that the processor dropped", filtered);
    this.added =
        instruments.counter(
            "otelcol_processor_added_items", "Items that came out in addition", labels);
    this.refused =
        instruments.counter(
            "otelcol_processor_refused_items", "Items that went back to their source", labels);
    this.misbehaved = Misbehaviour.calls(instruments, slot.identity());
    this.next = next;
    this.instruments = instruments;
  }

  @Override
  public boolean isCrowdedFor(Parcel parcel) {
    return Crowded.is(next, parcel);
  }

  @Override
  public @Nullable Onward pass(Parcel parcel) throws InterruptedException {
    if (slot.running() == null) {
      Turn.leave(); // the gate may wait
    }
    Processor processor = Gate.pass(slot, parcel);
    return switch (processor) {
      case null -> null;
      case SimpleProcessor simple -> {
        int parts = parts(parcel.batch());
        if (parts > 1) {
          Turn.leave();
          passInParts(parcel, parts);
          yield null;
        }
        boolean large = parcel.batch().sizeBytes() > PART_BYTES;
        yield large ? processAlone(simple, parcel) : process(simple, parcel);
      }
      case StatefulProcessor keeper -> {
        Turn.leave();
        Doors used = doors();
        used.intake().give(parcel, taken -> keeper.accept(taken, used.output()));
        yield null;
      }
    };
  }

  /** Ends what a stateful processor has left, when the agent stops. */
  void endAll(Outcome outcome) {
    Doors used = doors;
    if (used != null) {
      used.output().endAll(outcome);
      used.intake().endAll(outcome);
    }
  }

  /** The books of this stage. */
  List<Balance> balances() {
    Doors used = doors;
    if (used != null) {
      return List.of(used.intake().balance(), used.output().balance());
    }
    return List.of(
        new Balance(
            slot.identity() + " " + signal.id(),
            incoming.value(),
            outgoing.value(),
            dropped.value() - added.value(),
            refused.value(),
            0));
  }

  private Doors doors() {
    Doors made = doors;
    if (made != null) {
      return made;
    }
    synchronized (this) {
      Doors raced = doors;
      if (raced == null) {
        Intake intake = new Intake(slot, signal, incoming, instruments);
        raced = new Doors(intake, new Output(slot, signal, this::handOn, instruments));
        doors = raced;
      }
      return raced;
    }
  }

  private void handOn(Parcel parcel) throws InterruptedException {
    outgoing.add(parcel.batch().itemCount());
    next.accept(parcel);
  }

  private Onward onward(Parcel parcel) {
    outgoing.add(parcel.batch().itemCount());
    return new Onward(next, parcel);
  }

  /** In how many parts a batch is passed. */
  private static int parts(Batch batch) {
    int items = batch.itemCount();
    if (!batch.signal().isReadable() || items == 0) {
      return 1;
    }
    int parts = Math.max(items / PART_ITEMS, batch.sizeBytes() / PART_BYTES) + 1;
    int each = (items + parts - 1) / parts;
    return (items + each - 1) / each;
  }

  private void passInParts(Parcel parcel, int parts) throws InterruptedException {
    Batch whole = parcel.batch();
    int items = whole.itemCount();
    int each = (items + parts - 1) / parts;
    List<Delivery> deliveries = Deliveries.fork(parcel.delivery(), parts);
    for (int i = 0; i < parts; i++) {
      // Cut when its turn comes: all parts together would be all bytes once more.
      Batch part = whole.slice(i * each, Math.min(items, (i + 1) * each));
      try {
        accept(parcel.withBatch(part).withDelivery(deliveries.get(i)));
      } catch (InterruptedException e) {
        deliveries.subList(i + 1, parts).forEach(left -> left.end(INTERRUPTED));
        throw e;
      }
    }
  }

  /** The turn ends with the walk; see {@link Relay#accept}. */
  private @Nullable Onward processAlone(SimpleProcessor processor, Parcel parcel)
      throws InterruptedException {
    try {
      Turn.take();
    } catch (InterruptedException e) {
      parcel.delivery().end(INTERRUPTED);
      throw e;
    }
    return process(processor, parcel);
  }

  private @Nullable Onward process(SimpleProcessor processor, Parcel parcel) {
    Batch before = parcel.batch();
    incoming.add(before.itemCount());
    @Nullable Batch after;
    ClassLoader loader = Calls.enter(slot.loader());
    try {
      after = processor.process(before, parcel.context());
    } catch (RefusedException e) {
      refuse(parcel, new Outcome.Refused(reason(e), e.retryAfter()));
      return null;
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      misbehaved(parcel, Calls.describe(e), e);
      return null;
    } finally {
      Calls.leave(loader);
    }
    if (after == before) {
      return onward(parcel);
    }
    if (after == null || after.signal() != before.signal()) {
      misbehaved(parcel, "made no batch of " + signal.id(), null);
      return null;
    }
    int missing = before.itemCount() - after.itemCount();
    if (missing > 0 && !note(parcel, after)) {
      return null;
    }
    (missing > 0 ? dropped : added).add(Math.abs(missing));
    if (after.isEmpty()) {
      parcel.delivery().delivered();
      return null;
    }
    return onward(parcel.withBatch(after));
  }

  /** Notes the origins of what is missing; refuses the parcel when they cannot be noted. */
  private boolean note(Parcel parcel, Batch after) {
    try {
      journal.dropped(slot.identity().name(), parcel.batch().origins(), after.origins());
      return true;
    } catch (IOException e) {
      String problem = "the journal of drops cannot be written: " + e.getMessage();
      if (limiter.permit(problem) >= 0) {
        LOGGER.atWarn().addKeyValue("component", slot.identity()).log("Refusing: {}", problem);
      }
      refuse(parcel, new Outcome.Refused(slot.identity().name() + ": " + problem, null));
      return false;
    }
  }

  private void misbehaved(Parcel parcel, String problem, @Nullable Throwable cause) {
    misbehaved.add(1);
    if (limiter.permit(problem) >= 0) {
      LOGGER
          .atWarn()
          .addKeyValue("component", slot.identity())
          .setCause(cause)
          .log("Component failed on a batch: {}", problem);
    }
    refuse(parcel, new Outcome.Refused(slot.identity().name() + ": " + problem, null));
  }

  private void refuse(Parcel parcel, Outcome outcome) {
    refused.add(parcel.batch().itemCount());
    parcel.delivery().end(outcome);
  }

  private String reason(RefusedException e) {
    return slot.identity().name() + ": " + (e.getMessage() == null ? "refused" : e.getMessage());
  }
}
