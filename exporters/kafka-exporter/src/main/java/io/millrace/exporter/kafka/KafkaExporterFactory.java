package io.millrace.exporter.kafka;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.Exporter;
import io.millrace.api.component.ExporterFactory;
import io.millrace.api.component.Stability;
import io.millrace.api.telemetry.Signal;
import java.util.Set;

/** Makes {@code kafka} exporters. */
public final class KafkaExporterFactory implements ExporterFactory<KafkaExporterConfig> {

  @Override
  public String type() {
    return "kafka";
  }

  @Override
  public Stability stability() {
    return Stability.BETA;
  }

  @Override
  public Class<KafkaExporterConfig> configType() {
    return KafkaExporterConfig.class;
  }

  @Override
  public Set<Signal> signals() {
    return Signal.readable();
  }

  @Override
  public Exporter create(ComponentContext context, KafkaExporterConfig config) {
    return new KafkaExporter(context, config);
  }

  @Override
  public Set<String> codes() {
    return Failure.codes();
  }

  /** Each stream stays in order within its partition. */
  @Override
  public boolean ordered() {
    return true;
  }
}
