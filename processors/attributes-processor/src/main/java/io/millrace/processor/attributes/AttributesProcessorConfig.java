package io.millrace.processor.attributes;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Validated;
import io.millrace.toolkit.attributes.ActionConfig;
import io.millrace.toolkit.attributes.AttributeActions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Configuration of the {@code attributes} processor; keys are the Collector's. */
public record AttributesProcessorConfig(
    @Doc("What to do with the attributes of every log record, span or data point, in order.")
        @Default("[]")
        List<ActionConfig> actions,
    @Doc("Acts only on items that match; absent means all.") @Nullable MatchConfig include,
    @Doc("Does not act on items that match; wins over include.") @Nullable MatchConfig exclude)
    implements Validated {

  public AttributesProcessorConfig {
    actions = List.copyOf(actions);
  }

  @Override
  public void validate(Problems problems) {
    AttributeActions.validate("actions", actions, problems);
    if (include != null) {
      include.validate("include", problems);
    }
    if (exclude != null) {
      exclude.validate("exclude", problems);
    }
  }
}
