package io.millrace.exporter.otlphttp;

import io.millrace.api.component.ExporterFactory;
import io.millrace.api.component.Plugin;
import java.util.List;

/** Brings the {@code otlphttp} exporter. */
public final class OtlphttpExporterPlugin implements Plugin {

  @Override
  public String name() {
    return "millrace-otlphttp-exporter";
  }

  @Override
  public List<ExporterFactory<?>> exporters() {
    return List.of(new OtlphttpExporterFactory());
  }
}
