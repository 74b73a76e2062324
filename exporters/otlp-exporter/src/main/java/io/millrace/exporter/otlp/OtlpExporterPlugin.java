package io.millrace.exporter.otlp;

import io.millrace.api.component.ExporterFactory;
import io.millrace.api.component.Plugin;
import java.util.List;

/** Brings the {@code otlp} exporter. */
public final class OtlpExporterPlugin implements Plugin {

  @Override
  public String name() {
    return "millrace-otlp-exporter";
  }

  @Override
  public List<ExporterFactory<?>> exporters() {
    return List.of(new OtlpExporterFactory());
  }
}
