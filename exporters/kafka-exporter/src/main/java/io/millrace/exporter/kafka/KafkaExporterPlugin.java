package io.millrace.exporter.kafka;

import io.millrace.api.component.ExporterFactory;
import io.millrace.api.component.Plugin;
import java.util.List;

/** Offers the {@code kafka} exporter. */
public final class KafkaExporterPlugin implements Plugin {

  @Override
  public String name() {
    return "millrace-kafka-exporter";
  }

  @Override
  public List<ExporterFactory<?>> exporters() {
    return List.of(new KafkaExporterFactory());
  }
}
