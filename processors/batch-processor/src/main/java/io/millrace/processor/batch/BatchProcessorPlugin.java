package io.millrace.processor.batch;

import io.millrace.api.component.Plugin;
import io.millrace.api.component.ProcessorFactory;
import java.util.List;

/** Offers the {@code batch} processor. */
public final class BatchProcessorPlugin implements Plugin {

  @Override
  public String name() {
    return "millrace-batch-processor";
  }

  @Override
  public List<ProcessorFactory<?>> processors() {
    return List.of(new BatchProcessorFactory());
  }
}
