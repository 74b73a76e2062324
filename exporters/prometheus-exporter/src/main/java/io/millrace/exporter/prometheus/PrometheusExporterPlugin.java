package io.millrace.exporter.prometheus;

import io.millrace.api.component.ExporterFactory;
import io.millrace.api.component.Plugin;
import java.util.List;

/** Offers the {@code prometheus} exporter. */
public final class PrometheusExporterPlugin implements Plugin {

  @Override
  public String name() {
    return "millrace-prometheus-exporter";
  }

  @Override
  public List<ExporterFactory<?>> exporters() {
    return List.of(new PrometheusExporterFactory());
  }
}
