package io.millrace.core.graph;

import io.millrace.api.component.Connector;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.component.ComponentSlot;
import io.millrace.core.telemetry.Balance;
import io.millrace.core.telemetry.Instruments;
import java.util.LinkedHashMap;
import java.util.Map;

/** The exporter side of a connector, for one signal. Thread-safe. */
final class ConnectorStage implements Consumer {
  private final ComponentSlot<Connector> slot;
  private final Intake intake;

  ConnectorStage(ComponentSlot<Connector> slot, Signal signal, Instruments instruments) {
    this.slot = slot;
    Map<String, String> labels = new LinkedHashMap<>(slot.identity().labels());
    labels.put("otel.signal", signal.id());
    this.intake =
        new Intake(
            slot,
            signal,
            instruments.counter(
                "otelcol_connector_incoming_items", "Items that went into the connector", labels),
            instruments);
  }

  @Override
  public void accept(Parcel parcel) throws InterruptedException {
    Connector connector = Gate.pass(slot, parcel);
    if (connector != null) {
      intake.give(parcel, connector::accept);
    }
  }

  void endAll(Outcome outcome) {
    intake.endAll(outcome);
  }

  Balance balance() {
    return intake.balance();
  }
}
