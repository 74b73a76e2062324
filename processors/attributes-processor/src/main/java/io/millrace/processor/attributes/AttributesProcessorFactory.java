package io.millrace.processor.attributes;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.Processor;
import io.millrace.api.component.ProcessorFactory;
import io.millrace.api.component.Stability;
import io.millrace.api.telemetry.Signal;
import java.util.Set;

/** Makes {@code attributes} processors. */
final class AttributesProcessorFactory implements ProcessorFactory<AttributesProcessorConfig> {

  @Override
  public String type() {
    return "attributes";
  }

  @Override
  public Stability stability() {
    return Stability.BETA;
  }

  @Override
  public Class<AttributesProcessorConfig> configType() {
    return AttributesProcessorConfig.class;
  }

  @Override
  public Set<Signal> signals() {
    return Signal.readable();
  }

  @Override
  public Processor create(ComponentContext context, AttributesProcessorConfig config) {
    return new AttributesProcessor(config);
  }
}
