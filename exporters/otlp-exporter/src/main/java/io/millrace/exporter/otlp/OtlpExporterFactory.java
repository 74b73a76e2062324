package io.millrace.exporter.otlp;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.Exporter;
import io.millrace.api.component.ExporterFactory;
import io.millrace.api.component.Stability;
import io.millrace.api.telemetry.Signal;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Makes {@code otlp} exporters. */
public final class OtlpExporterFactory implements ExporterFactory<OtlpExporterConfig> {

  @Override
  public String type() {
    return "otlp";
  }

  @Override
  public List<String> aliases() {
    return List.of("otlp_grpc");
  }

  @Override
  public Stability stability() {
    return Stability.BETA;
  }

  @Override
  public Class<OtlpExporterConfig> configType() {
    return OtlpExporterConfig.class;
  }

  @Override
  public Set<Signal> signals() {
    return EnumSet.allOf(Signal.class);
  }

  /** The exporter limits its attempts itself, since the server must know the limit too. */
  @Override
  public DeliverySettings deliveryDefaults() {
    return DeliverySettings.standard().withTimeout(Duration.ZERO);
  }

  @Override
  public Set<String> codes() {
    return GrpcOutcomes.codes();
  }

  @Override
  public Exporter create(ComponentContext context, OtlpExporterConfig config) {
    return new OtlpExporter(context, config);
  }
}
