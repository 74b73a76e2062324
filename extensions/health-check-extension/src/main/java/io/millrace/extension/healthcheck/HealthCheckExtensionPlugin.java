package io.millrace.extension.healthcheck;

import io.millrace.api.component.ExtensionFactory;
import io.millrace.api.component.Plugin;
import java.util.List;

/** Offers the {@code health_check} extension. */
public final class HealthCheckExtensionPlugin implements Plugin {

  @Override
  public String name() {
    return "millrace-health-check-extension";
  }

  @Override
  public List<ExtensionFactory<?>> extensions() {
    return List.of(new HealthCheckExtensionFactory());
  }
}
