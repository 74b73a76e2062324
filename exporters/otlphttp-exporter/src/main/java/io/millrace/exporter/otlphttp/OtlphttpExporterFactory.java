package io.millrace.exporter.otlphttp;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.Exporter;
import io.millrace.api.component.ExporterFactory;
import io.millrace.api.component.Stability;
import io.millrace.api.telemetry.Signal;
import io.millrace.toolkit.http.HttpReply;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Makes {@code otlphttp} exporters. */
public final class OtlphttpExporterFactory implements ExporterFactory<OtlphttpExporterConfig> {

  @Override
  public String type() {
    return "otlphttp";
  }

  @Override
  public List<String> aliases() {
    return List.of("otlp_http");
  }

  @Override
  public Stability stability() {
    return Stability.BETA;
  }

  @Override
  public Class<OtlphttpExporterConfig> configType() {
    return OtlphttpExporterConfig.class;
  }

  @Override
  public Set<Signal> signals() {
    return EnumSet.allOf(Signal.class);
  }

  /** OTLP/JSON has to read what it sends. */
  @Override
  public Set<Signal> signals(OtlphttpExporterConfig config) {
    return config.encoding() == OtlphttpExporterConfig.Encoding.PROTO
        ? signals()
        : Signal.readable();
  }

  @Override
  public DeliverySettings deliveryDefaults() {
    return DeliverySettings.standard().withTimeout(Duration.ofSeconds(30));
  }

  @Override
  public Set<String> codes() {
    return HttpReply.errorStatuses();
  }

  @Override
  public Exporter create(ComponentContext context, OtlphttpExporterConfig config) {
    return new OtlphttpExporter(context, config);
  }
}
