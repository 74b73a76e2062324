package io.millrace.exporter.debug;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.Exporter;
import io.millrace.api.component.ExporterFactory;
import io.millrace.api.component.Stability;
import io.millrace.api.telemetry.Signal;
import java.util.EnumSet;
import java.util.Set;

/** Makes {@code debug} exporters. */
final class DebugExporterFactory implements ExporterFactory<DebugExporterConfig> {

  @Override
  public String type() {
    return "debug";
  }

  @Override
  public Stability stability() {
    return Stability.BETA;
  }

  @Override
  public Class<DebugExporterConfig> configType() {
    return DebugExporterConfig.class;
  }

  @Override
  public Set<Signal> signals() {
    return EnumSet.allOf(Signal.class);
  }

  @Override
  public DeliverySettings deliveryDefaults() {
    return DeliverySettings.standard().withQueue(DeliverySettings.Queue.disabled());
  }

  @Override
  public Exporter create(ComponentContext context, DebugExporterConfig config) {
    return new DebugExporter(context, config);
  }
}
