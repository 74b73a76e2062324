package io.millrace.extension.healthcheck;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.Extension;
import io.millrace.api.component.ExtensionFactory;
import io.millrace.api.component.Stability;

/** Makes {@code health_check} extensions. */
final class HealthCheckExtensionFactory implements ExtensionFactory<HealthCheckExtensionConfig> {

  @Override
  public String type() {
    return "health_check";
  }

  @Override
  public Stability stability() {
    return Stability.BETA;
  }

  @Override
  public Class<HealthCheckExtensionConfig> configType() {
    return HealthCheckExtensionConfig.class;
  }

  @Override
  public Extension create(ComponentContext context, HealthCheckExtensionConfig config) {
    return new HealthCheckExtension(context, config);
  }
}
