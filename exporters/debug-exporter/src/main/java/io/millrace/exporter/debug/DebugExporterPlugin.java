package io.millrace.exporter.debug;

import io.millrace.api.component.ExporterFactory;
import io.millrace.api.component.Plugin;
import java.util.List;

/** Offers the {@code debug} exporter. */
public final class DebugExporterPlugin implements Plugin {

  @Override
  public String name() {
    return "millrace-debug-exporter";
  }

  @Override
  public List<ExporterFactory<?>> exporters() {
    return List.of(new DebugExporterFactory());
  }
}
