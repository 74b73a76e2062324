package io.millrace.processor.resource;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Validated;
import io.millrace.toolkit.attributes.ActionConfig;
import io.millrace.toolkit.attributes.AttributeActions;
import java.util.List;

/** Configuration of the {@code resource} processor. */
public record ResourceProcessorConfig(
    @Doc("What to do with the attributes of every resource, in order.") @Default("[]")
        List<ActionConfig> attributes)
    implements Validated {

  public ResourceProcessorConfig {
    attributes = List.copyOf(attributes);
  }

  @Override
  public void validate(Problems problems) {
    AttributeActions.validate("attributes", attributes, problems);
  }
}
