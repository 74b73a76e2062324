package io.millrace.exporter.otlp;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Range;
import io.millrace.api.config.Required;
import io.millrace.api.config.Squash;
import io.millrace.api.config.Validated;
import io.millrace.toolkit.grpc.GrpcClientConfig;
import io.millrace.toolkit.grpc.GrpcTarget;
import java.time.Duration;

/** What a user writes under {@code exporters: otlp:}. Immutable. */
@Doc("Sends logs, metrics, traces and profiles as OTLP over gRPC.")
public record OtlpExporterConfig(
    @Doc(
            "Where to send: host:port, https://host:port, or a target of gRPC's own such as"
                + " dns:///host:port. http://host:port does not turn TLS off; tls.insecure does.")
        @Required
        String endpoint,
    @Doc(
            "Limit of one attempt; the server is told, so that it gives up in time. 0 for none. Too"
                + " low, and what arrives is sent again.")
        @Default("5s")
        @Range(min = "0s")
        Duration timeout,
    @Squash GrpcClientConfig client)
    implements Validated {

  /** An exporter to an endpoint, with the client given. */
  public static OtlpExporterConfig of(String endpoint, GrpcClientConfig client) {
    return new OtlpExporterConfig(endpoint, Duration.ofSeconds(5), client);
  }

  /** The same with another limit of attempts. */
  public OtlpExporterConfig withTimeout(Duration other) {
    return new OtlpExporterConfig(endpoint, other, client);
  }

  @Override
  public void validate(Problems problems) {
    if (!endpoint.isEmpty() && GrpcTarget.parse(endpoint).isEmpty()) {
      problems.add("endpoint", "\"" + endpoint + "\" (expected: host:port)");
    }
  }
}
