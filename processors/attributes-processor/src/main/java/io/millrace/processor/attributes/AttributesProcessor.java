package io.millrace.processor.attributes;

import io.millrace.api.component.SimpleProcessor;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.EditableGroup;
import io.millrace.api.telemetry.EditableItem;
import io.millrace.api.telemetry.EditableScope;
import io.millrace.toolkit.attributes.AttributeActions;
import org.jspecify.annotations.Nullable;

/**
 * Acts on the attributes of the log records, spans and data points of a batch. Immutable and
 * thread-safe.
 */
final class AttributesProcessor implements SimpleProcessor {
  private final AttributeActions actions;
  private final @Nullable ItemMatcher include;
  private final @Nullable ItemMatcher exclude;

  AttributesProcessor(AttributesProcessorConfig config) {
    this.actions = AttributeActions.of(config.actions());
    this.include = config.include() == null ? null : new ItemMatcher(config.include());
    this.exclude = config.exclude() == null ? null : new ItemMatcher(config.exclude());
  }

  @Override
  public Batch process(Batch batch, RequestContext context) {
    return batch.edit(
        session ->
            session.forEachItem(
                (group, scope, item) -> {
                  if (isMeant(group, scope, item)) {
                    actions.apply(item.attributes(), context);
                  }
                }));
  }

  private boolean isMeant(EditableGroup group, EditableScope scope, EditableItem item) {
    return (include == null || matches(include, group, scope, item))
        && (exclude == null || !matches(exclude, group, scope, item));
  }

  private static boolean matches(
      ItemMatcher matcher, EditableGroup group, EditableScope scope, EditableItem item) {
    return matcher.matches(group.attributes(), scope.name(), scope.version(), item.view());
  }
}
