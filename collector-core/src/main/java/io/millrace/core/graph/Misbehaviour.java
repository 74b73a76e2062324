package io.millrace.core.graph;

import io.millrace.core.component.Identity;
import io.millrace.core.telemetry.Instruments;
import io.millrace.core.telemetry.Instruments.Tally;
import java.util.Map;

/** The counters of what components do against their contract. */
final class Misbehaviour {

  private Misbehaviour() {}

  static Tally calls(Instruments instruments, Identity component) {
    return instruments.counter(
        "otelcol_component_misbehaved",
        "Calls that threw or broke the contract",
        Map.of("component", component.name()));
  }

  static Tally endedTwice(Instruments instruments, Identity component) {
    return instruments.counter(
        "otelcol_delivery_ended_twice",
        "Deliveries that a component ended again",
        Map.of("component", component.name()));
  }
}
