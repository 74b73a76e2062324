package io.millrace.toolkit.grpc;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a gRPC client connects to, read from an {@code endpoint} key: {@code host:port}, {@code
 * http://host:port}, {@code https://host:port} or a target of gRPC's own such as {@code
 * dns:///host:port}. Immutable.
 *
 * @param target what gRPC resolves
 * @param https whether the endpoint asks for TLS whatever {@code tls.insecure} says
 * @param http whether the endpoint begins with {@code http://}; like in the Collector, that alone
 *     does not turn TLS off
 */
public record GrpcTarget(String target, boolean https, boolean http) {
  private static final Pattern HOST_PORT =
      Pattern.compile("(\\[[0-9a-fA-F:.%]+]|[^:/\\s\\[\\]]+):\\d{1,5}");
  private static final String HTTP = "http://";
  private static final String HTTPS = "https://";

  /** Reads an endpoint; empty when it is none. */
  public static Optional<GrpcTarget> parse(String endpoint) {
    String text = endpoint.trim();
    String lower = text.toLowerCase(Locale.ROOT);
    boolean http = lower.startsWith(HTTP);
    boolean https = lower.startsWith(HTTPS);
    if (http || https) {
      String rest = text.substring(http ? HTTP.length() : HTTPS.length());
      rest = rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
      return isHostPort(rest)
          ? Optional.of(new GrpcTarget("dns:///" + rest, https, http))
          : Optional.empty();
    }
    if (lower.startsWith("dns:")) {
      String name = text.substring(text.lastIndexOf('/') + 1);
      name = name.startsWith("dns:") ? name.substring(4) : name;
      return isHostPort(name) ? Optional.of(new GrpcTarget(text, false, false)) : Optional.empty();
    }
    return isHostPort(text)
        ? Optional.of(new GrpcTarget("dns:///" + text, false, false))
        : Optional.empty();
  }

  private static boolean isHostPort(String text) {
    return HOST_PORT.matcher(text).matches()
        && Integer.parseInt(text.substring(text.lastIndexOf(':') + 1)) <= 65535;
  }
}
