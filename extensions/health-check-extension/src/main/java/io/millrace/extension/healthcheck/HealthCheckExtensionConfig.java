package io.millrace.extension.healthcheck;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Endpoint;
import io.millrace.api.config.NotSupported;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Tuning;
import io.millrace.api.config.Validated;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Configuration of the {@code health_check} extension. */
public record HealthCheckExtensionConfig(
    @Doc("Where to listen.") @Default("localhost:13133") Endpoint endpoint,
    @Doc("Path of the answer.") @Default("/") String path,
    @Doc("Texts of the answer; absent means a JSON document with the health of every component.")
        @Nullable ResponseBody responseBody,
    @Doc("The Collector's check of pipelines.")
        @Default("{}")
        @Tuning("the health of every component is always part of the answer")
        Map<String, Object> checkCollectorPipeline,
    @Doc("TLS of the server.") @Default("{}") @NotSupported("listen on loopback instead")
        Map<String, Object> tls,
    @Doc("The Collector's second version of this extension.")
        @Default("false")
        @NotSupported("the keys of version 1 are supported")
        boolean useV2)
    implements Validated {

  /** Texts of the answer. */
  public record ResponseBody(
      @Doc("When the agent is ready.") @Default("") String healthy,
      @Doc("When it is not.") @Default("") String unhealthy) {}

  @Override
  public void validate(Problems problems) {
    if (!path.startsWith("/")) {
      problems.add("path", "\"" + path + "\" (expected: a path that begins with /)");
    }
  }
}
