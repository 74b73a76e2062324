package io.millrace.processor.resource;

import io.millrace.api.component.Plugin;
import io.millrace.api.component.ProcessorFactory;
import java.util.List;

/** Offers the {@code resource} processor. */
public final class ResourceProcessorPlugin implements Plugin {

  @Override
  public String name() {
    return "millrace-resource-processor";
  }

  @Override
  public List<ProcessorFactory<?>> processors() {
    return List.of(new ResourceProcessorFactory());
  }
}
