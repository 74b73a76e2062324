package io.millrace.processor.resource;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.Processor;
import io.millrace.api.component.ProcessorFactory;
import io.millrace.api.component.Stability;
import io.millrace.api.telemetry.Signal;
import java.util.Set;

/** Makes {@code resource} processors. */
final class ResourceProcessorFactory implements ProcessorFactory<ResourceProcessorConfig> {

  @Override
  public String type() {
    return "resource";
  }

  @Override
  public Stability stability() {
    return Stability.BETA;
  }

  @Override
  public Class<ResourceProcessorConfig> configType() {
    return ResourceProcessorConfig.class;
  }

  @Override
  public Set<Signal> signals() {
    return Signal.readable();
  }

  @Override
  public Processor create(ComponentContext context, ResourceProcessorConfig config) {
    return new ResourceProcessor(config);
  }
}
