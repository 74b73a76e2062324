package io.millrace.processor.memorylimiter;

import io.millrace.api.component.Plugin;
import io.millrace.api.component.ProcessorFactory;
import java.util.List;

/** Offers the {@code memory_limiter} processor. */
public final class MemoryLimiterProcessorPlugin implements Plugin {

  @Override
  public String name() {
    return "millrace-memory-limiter-processor";
  }

  @Override
  public List<ProcessorFactory<?>> processors() {
    return List.of(new MemoryLimiterProcessorFactory());
  }
}
