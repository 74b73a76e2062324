package io.millrace.exporter.prometheus;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.Exporter;
import io.millrace.api.component.ExporterFactory;
import io.millrace.api.component.Stability;
import io.millrace.api.telemetry.Signal;
import java.util.EnumSet;
import java.util.Set;

/** Makes {@code prometheus} exporters. */
final class PrometheusExporterFactory implements ExporterFactory<PrometheusExporterConfig> {

  @Override
  public String type() {
    return "prometheus";
  }

  @Override
  public Stability stability() {
    return Stability.BETA;
  }

  @Override
  public Class<PrometheusExporterConfig> configType() {
    return PrometheusExporterConfig.class;
  }

  @Override
  public Set<Signal> signals() {
    return EnumSet.of(Signal.METRICS);
  }

  @Override
  public DeliverySettings deliveryDefaults() {
    return DeliverySettings.standard().withQueue(DeliverySettings.Queue.disabled());
  }

  @Override
  public boolean ordered() {
    return true;
  }

  @Override
  public Exporter create(ComponentContext context, PrometheusExporterConfig config) {
    return new PrometheusExporter(context, config);
  }
}
