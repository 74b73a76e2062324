package io.millrace.processor.batch;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.Processor;
import io.millrace.api.component.ProcessorFactory;
import io.millrace.api.component.Stability;
import io.millrace.api.telemetry.Signal;
import java.util.Set;

/** Makes {@code batch} processors. */
final class BatchProcessorFactory implements ProcessorFactory<BatchProcessorConfig> {

  @Override
  public String type() {
    return "batch";
  }

  @Override
  public Stability stability() {
    return Stability.BETA;
  }

  @Override
  public Class<BatchProcessorConfig> configType() {
    return BatchProcessorConfig.class;
  }

  @Override
  public Set<Signal> signals() {
    return Signal.readable();
  }

  @Override
  public Processor create(ComponentContext context, BatchProcessorConfig config) {
    return new BatchProcessor(context, config);
  }
}
