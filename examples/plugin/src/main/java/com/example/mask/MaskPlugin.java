package com.example.mask;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.Plugin;
import io.millrace.api.component.Processor;
import io.millrace.api.component.ProcessorFactory;
import io.millrace.api.component.Stability;
import io.millrace.api.telemetry.Signal;
import java.util.List;
import java.util.Set;

/** What the jar offers: named in {@code META-INF/services}, found by the agent at start. */
public final class MaskPlugin implements Plugin {

  @Override
  public String name() {
    return "mask-processor";
  }

  @Override
  public List<ProcessorFactory<?>> processors() {
    return List.of(new MaskFactory());
  }

  /** Makes processors of the type {@code mask}. */
  static final class MaskFactory implements ProcessorFactory<MaskConfig> {

    @Override
    public String type() {
      return "mask";
    }

    @Override
    public Stability stability() {
      return Stability.ALPHA;
    }

    @Override
    public Class<MaskConfig> configType() {
      return MaskConfig.class;
    }

    @Override
    public Set<Signal> signals() {
      return Set.of(Signal.LOGS);
    }

    @Override
    public Processor create(ComponentContext context, MaskConfig config) {
      return new MaskProcessor(
          config, context.meter().counter("mask_changed_log_records", "Records with a mask"));
    }
  }
}
