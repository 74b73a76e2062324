package io.millrace.core.fakes;

import io.millrace.api.component.StatefulProcessor;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Deliveries;
import io.millrace.api.pipeline.Delivery;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.telemetry.Batch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stateful processor that joins a number of parcels into one, on a thread of its own. */
public final class Holder implements StatefulProcessor {
  private final int parcels;
  private final List<Parcel> held = new ArrayList<>();
  private @Nullable Consumer next;

  public Holder(int parcels) {
    this.parcels = parcels;
  }

  @Override
  public Mode mode() {
    return Mode.HOLD;
  }

  @Override
  public void accept(Parcel parcel, Consumer consumer) throws InterruptedException {
    List<Parcel> full;
    synchronized (held) {
      next = consumer;
      held.add(parcel);
      if (held.size() < parcels) {
        return;
      }
      full = List.copyOf(held);
      held.clear();
    }
    Thread thread = Thread.ofPlatform().daemon().start(() -> handOn(full, consumer));
    thread.join();
  }

  @Override
  public void stop() {
    List<Parcel> rest;
    Consumer consumer;
    synchronized (held) {
      rest = List.copyOf(held);
      held.clear();
      consumer = next;
    }
    if (consumer != null && !rest.isEmpty()) {
      handOn(rest, consumer);
    }
  }

  private static void handOn(List<Parcel> parcels, Consumer consumer) {
    Delivery joined = Deliveries.join(parcels.stream().map(Parcel::delivery).toList());
    Batch batch = Batch.concat(parcels.stream().map(Parcel::batch).toList());
    try {
      consumer.accept(new Parcel(batch, joined, parcels.get(0).context()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
