package io.millrace.processor.resource;

import io.millrace.api.component.SimpleProcessor;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.toolkit.attributes.AttributeActions;

/** Acts on the attributes of every resource in a batch. Immutable and thread-safe. */
final class ResourceProcessor implements SimpleProcessor {
  private final AttributeActions actions;

  ResourceProcessor(ResourceProcessorConfig config) {
    this.actions = AttributeActions.of(config.attributes());
  }

  @Override
  public Batch process(Batch batch, RequestContext context) {
    return batch.edit(
        session -> session.groups().forEach(group -> actions.apply(group.attributes(), context)));
  }
}
