package io.millrace.receiver.otlp;

import io.millrace.api.component.Meter;
import java.util.EnumMap;
import java.util.Map;

/** The receiver's own instruments, beside the runtime's counts of items. Thread-safe. */
final class ReceiverMetrics {

  /** The label {@code transport}. */
  enum Transport {
    GRPC("grpc"),
    HTTP("http");

    private final String label;

    Transport(String label) {
      this.label = label;
    }
  }

  private final Map<Transport, Map<Refusal, Meter.Counter>> refused =
      new EnumMap<>(Transport.class);
  private final Meter.Counter delayed;
  private final Meter.Counter late;
  private final Meter.Counter lost;

  ReceiverMetrics(Meter meter) {
    for (Transport transport : Transport.values()) {
      Map<Refusal, Meter.Counter> byReason = new EnumMap<>(Refusal.class);
      for (Refusal reason : Refusal.values()) {
        byReason.put(
            reason,
            meter.counter(
                "receiver_refused_requests",
                "Requests that were not taken.",
                Map.of("transport", transport.label, "reason", reason.label())));
      }
      refused.put(transport, byReason);
    }
    delayed =
        meter.counter(
            "receiver_delayed_requests",
            "Requests that had to wait for memory before they were read.");
    late =
        meter.counter(
            "receiver_late_deliveries",
            "Requests that were delivered after their client had been asked to send them again.");
    lost =
        meter.counter(
            "receiver_lost_requests",
            "Requests that failed after they had been acknowledged on acceptance.");
  }

  /** A request was not taken. */
  void refused(Transport transport, Refusal reason) {
    Meter.Counter counter = refused.getOrDefault(transport, Map.of()).get(reason);
    if (counter != null) {
      counter.add(1);
    }
  }

  /** A request waits for memory before it is read. */
  void delayed() {
    delayed.add(1);
  }

  /** A request arrived that its client will send again. */
  void late() {
    late.add(1);
  }

  /** A request failed that its client believes to have arrived. */
  void lost() {
    lost.add(1);
  }
}
