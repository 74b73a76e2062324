package io.millrace.exporter.elasticsearch;

import io.millrace.api.component.ExporterFactory;
import io.millrace.api.component.Plugin;
import java.util.List;

/** Offers the {@code elasticsearch} exporter. */
public final class ElasticsearchExporterPlugin implements Plugin {

  @Override
  public String name() {
    return "millrace-elasticsearch-exporter";
  }

  @Override
  public List<ExporterFactory<?>> exporters() {
    return List.of(new ElasticsearchExporterFactory());
  }
}
