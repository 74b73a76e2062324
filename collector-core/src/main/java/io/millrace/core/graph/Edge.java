package io.millrace.core.graph;

import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Parcel;
import io.millrace.core.delivery.Crowded;
import io.millrace.core.telemetry.Instruments;
import io.millrace.core.telemetry.Instruments.Tally;
import java.util.Map;

/**
 * A line of the graph's picture: leads from one part to the next, which can be replaced while
 * telemetry flows, and counts what passes. Thread-safe.
 */
final class Edge implements Relay, Crowded {
  private final Tally items;
  private final Tally batches;
  private volatile Consumer target;

  Edge(Instruments instruments, String from, String to, Consumer target) {
    Map<String, String> labels = Map.of("from", from, "to", to);
    this.items = instruments.counter("otelcol_edge_items", "Items that passed an edge", labels);
    this.batches =
        instruments.counter("otelcol_edge_batches", "Batches that passed an edge", labels);
    this.target = target;
  }

  @Override
  public Onward pass(Parcel parcel) {
    items.add(parcel.batch().itemCount());
    batches.add(1);
    return new Onward(target, parcel);
  }

  @Override
  public boolean isCrowdedFor(Parcel parcel) {
    return Crowded.is(target, parcel);
  }

  /** Leads elsewhere from now on; what is under way goes to the part before. */
  void leadTo(Consumer other) {
    target = other;
  }
}
