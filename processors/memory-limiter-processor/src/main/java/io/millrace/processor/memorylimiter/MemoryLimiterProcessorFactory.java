package io.millrace.processor.memorylimiter;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.Processor;
import io.millrace.api.component.ProcessorFactory;
import io.millrace.api.component.Stability;
import io.millrace.api.telemetry.Signal;
import java.util.EnumSet;
import java.util.Set;

/** Makes {@code memory_limiter} processors. */
final class MemoryLimiterProcessorFactory
    implements ProcessorFactory<MemoryLimiterProcessorConfig> {

  @Override
  public String type() {
    return "memory_limiter";
  }

  @Override
  public Stability stability() {
    return Stability.BETA;
  }

  @Override
  public Class<MemoryLimiterProcessorConfig> configType() {
    return MemoryLimiterProcessorConfig.class;
  }

  @Override
  public Set<Signal> signals() {
    return EnumSet.allOf(Signal.class);
  }

  @Override
  public Processor create(ComponentContext context, MemoryLimiterProcessorConfig config) {
    return new MemoryLimiterProcessor(context, config, new HeapProbe());
  }
}
