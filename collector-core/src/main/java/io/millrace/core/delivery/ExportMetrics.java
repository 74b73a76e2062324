package io.millrace.core.delivery;

import io.millrace.api.component.ComponentId;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.telemetry.Instruments;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** The counters of one exporter and signal, under the Collector's names. Thread-safe. */
final class ExportMetrics {
  private static final String PREFIX = "otelcol_exporter_";

  private final Instruments instruments;
  private final Map<String, String> labels;
  final Instruments.Tally offered;
  final Instruments.Tally sent;
  final Instruments.Tally failed;
  final Instruments.Tally enqueueFailed;
  final Instruments.Tally deadLettered;
  final Instruments.Tally givenUp;
  final Instruments.Tally droppedFull;
  final Instruments.Tally droppedForMemory;
  final Instruments.Tally retries;
  final Instruments.Tally misbehaved;
  final Instruments.Latency latency;

  ExportMetrics(Instruments instruments, ComponentId id, Signal signal) {
    this.instruments = instruments;
    this.labels = Map.of("exporter", id.toString(), "data_type", signal.id());
    String noun = signal.itemNoun();
    this.offered = counter("offered_" + noun, "Items that were handed to the exporter's queue");
    this.sent = counter("sent_" + noun, "Items that the destination accepted");
    this.failed =
        counter("send_failed_" + noun, "Items that were not sent and went back to their source");
    this.enqueueFailed = counter("enqueue_failed_" + noun, "Items that the queue did not take");
    this.deadLettered =
        counter(
            "dead_lettered_" + noun, "Items that were put aside because they can never be sent");
    this.givenUp =
        counter("given_up_" + noun, "Items that were put aside because retrying came to its end");
    this.droppedFull = dropped(noun, "queue_full");
    this.droppedForMemory = dropped(noun, "memory");
    this.retries = counter("retries", "Attempts that are made again");
    this.misbehaved = counter("misbehaved", "Attempts that ended in an exception or in nonsense");
    this.latency =
        instruments.latency(
            PREFIX + "delivery_latency_seconds",
            "Time from the arrival in the agent to the end of the delivery",
            labels);
  }

  private Instruments.Tally dropped(String noun, String reason) {
    Map<String, String> withReason = new LinkedHashMap<>(labels);
    withReason.put("reason", reason);
    return instruments.counter(
        PREFIX + "dropped_" + noun, "Items that were dropped since nobody took them", withReason);
  }

  void gauge(String name, String description, DoubleSupplier value) {
    var _ = instruments.gauge(PREFIX + name, description, labels, value);
  }

  private Instruments.Tally counter(String name, String description) {
    return instruments.counter(PREFIX + name, description, labels);
  }
}
