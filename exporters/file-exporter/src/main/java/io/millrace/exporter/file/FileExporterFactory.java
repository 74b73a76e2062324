package io.millrace.exporter.file;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.Exporter;
import io.millrace.api.component.ExporterFactory;
import io.millrace.api.component.Stability;
import io.millrace.api.telemetry.Signal;
import java.util.EnumSet;
import java.util.Set;

/** Makes {@code file} exporters. */
final class FileExporterFactory implements ExporterFactory<FileExporterConfig> {

  @Override
  public String type() {
    return "file";
  }

  @Override
  public Stability stability() {
    return Stability.BETA;
  }

  @Override
  public Class<FileExporterConfig> configType() {
    return FileExporterConfig.class;
  }

  @Override
  public Set<Signal> signals() {
    return EnumSet.allOf(Signal.class);
  }

  /** OTLP/JSON has to read what it writes. */
  @Override
  public Set<Signal> signals(FileExporterConfig config) {
    return config.format() == FileExporterConfig.Format.PROTO ? signals() : Signal.readable();
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
  public Exporter create(ComponentContext context, FileExporterConfig config) {
    return new FileExporter(context, config);
  }
}
