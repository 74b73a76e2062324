package io.millrace.exporter.file;

import io.millrace.api.component.ExporterFactory;
import io.millrace.api.component.Plugin;
import java.util.List;

/** Offers the {@code file} exporter. */
public final class FileExporterPlugin implements Plugin {

  @Override
  public String name() {
    return "millrace-file-exporter";
  }

  @Override
  public List<ExporterFactory<?>> exporters() {
    return List.of(new FileExporterFactory());
  }
}
