package io.millrace.exporter.otlphttp;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Squash;
import io.millrace.api.config.Validated;
import io.millrace.api.telemetry.Signal;
import io.millrace.toolkit.http.HttpClientConfig;
import io.millrace.toolkit.otlp.OtlpService;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** What a user writes under {@code exporters: otlphttp:}. Immutable. */
@Doc("Sends logs, metrics, traces and profiles as OTLP over HTTP.")
public record OtlphttpExporterConfig(
    @Doc(
            "Where to send: a URL, to which /v1/logs, /v1/metrics, /v1/traces or"
                + " /v1development/profiles is added.")
        @Default("")
        String endpoint,
    @Doc("Where to send traces, as it is; empty for endpoint with /v1/traces.") @Default("")
        String tracesEndpoint,
    @Doc("Where to send metrics, as it is; empty for endpoint with /v1/metrics.") @Default("")
        String metricsEndpoint,
    @Doc("Where to send logs, as it is; empty for endpoint with /v1/logs.") @Default("")
        String logsEndpoint,
    @Doc("Where to send profiles, as it is; empty for endpoint with /v1development/profiles.")
        @Default("")
        String profilesEndpoint,
    @Doc("Form of the bodies: proto or json; profiles are sent as proto only.") @Default("proto")
        Encoding encoding,
    @Squash HttpClientConfig client)
    implements Validated {

  /** The form of bodies. */
  public enum Encoding {
    PROTO(OtlpService.PROTOBUF),
    JSON(OtlpService.JSON);

    private final String mediaType;

    Encoding(String mediaType) {
      this.mediaType = mediaType;
    }

    String mediaType() {
      return mediaType;
    }
  }

  /** An exporter to an endpoint, with the client given. */
  public static OtlphttpExporterConfig of(String endpoint, HttpClientConfig client) {
    return new OtlphttpExporterConfig(endpoint, "", "", "", "", Encoding.PROTO, client);
  }

  /** The same with another form of bodies. */
  public OtlphttpExporterConfig withEncoding(Encoding other) {
    return new OtlphttpExporterConfig(
        endpoint, tracesEndpoint, metricsEndpoint, logsEndpoint, profilesEndpoint, other, client);
  }

  /** Where a signal goes; empty when nothing says. */
  Optional<URI> uri(Signal signal) {
    String own = own(signal);
    if (!own.isEmpty()) {
      return parsed(own);
    }
    if (endpoint.isEmpty()) {
      return Optional.empty();
    }
    String base = endpoint.endsWith("/") ? endpoint.substring(0, endpoint.length() - 1) : endpoint;
    return parsed(base + OtlpService.of(signal).httpPath());
  }

  @Override
  public void validate(Problems problems) {
    check(problems, "endpoint", endpoint);
    boolean any = !endpoint.isEmpty();
    for (Signal signal : Signal.values()) {
      check(problems, signal.id() + "_endpoint", own(signal));
      any |= !own(signal).isEmpty();
    }
    if (!any) {
      problems.add("endpoint", "absent (expected: a URL here, or in an endpoint of each signal)");
    }
  }

  private String own(Signal signal) {
    return switch (signal) {
      case LOGS -> logsEndpoint;
      case METRICS -> metricsEndpoint;
      case TRACES -> tracesEndpoint;
      case PROFILES -> profilesEndpoint;
    };
  }

  private static void check(Problems problems, String key, String url) {
    if (url.isEmpty()) {
      return;
    }
    Optional<URI> uri = parsed(url);
    if (uri.isPresent() && uri.get().getUserInfo() != null) {
      problems.add(
          key,
          "user and password in the URL (expected: http://host:port, and them in the header"
              + " authorization)");
    } else if (uri.isEmpty()) {
      problems.add(key, "\"" + url + "\" (expected: http://host:port or https://host:port)");
    }
  }

  private static Optional<URI> parsed(String url) {
    try {
      URI uri = new URI(url);
      String scheme = uri.getScheme();
      boolean http = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
      return http && uri.getHost() != null ? Optional.of(uri) : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
