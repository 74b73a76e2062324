package io.millrace.api.component;

import io.millrace.api.telemetry.Signal;
import java.util.Set;

/** Makes extensions. */
public interface ExtensionFactory<C extends Record> extends ComponentFactory<C> {

  Extension create(ComponentContext context, C config);

  @Override
  default Set<Signal> signals() {
    return Set.of();
  }
}
