package io.millrace.processor.attributes;

import io.millrace.api.component.Plugin;
import io.millrace.api.component.ProcessorFactory;
import java.util.List;

/** Offers the {@code attributes} processor. */
public final class AttributesProcessorPlugin implements Plugin {

  @Override
  public String name() {
    return "millrace-attributes-processor";
  }

  @Override
  public List<ProcessorFactory<?>> processors() {
    return List.of(new AttributesProcessorFactory());
  }
}
