package io.millrace.toolkit.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Cross-origin resource sharing (the Fetch standard, section 3.2). Immutable.
 *
 * <p>An origin that is allowed by name may send credentials; where every origin is allowed, none
 * may.
 */
final class CorsPolicy {
  private static final String ANY = "*";
  private static final List<String> USUAL_HEADERS =
      List.of("accept", "content-type", "content-encoding", "x-requested-with");

  private final HttpServerConfig.Cors config;

  CorsPolicy(HttpServerConfig.Cors config) {
    this.config = config;
  }

  /** Whether the request asks what is allowed rather than doing something. */
  static boolean isPreflight(HttpRequest request) {
    return request.method().equals(HttpMethod.OPTIONS)
        && request.headers().contains(HttpHeaderNames.ORIGIN)
        && request.headers().contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
  }

  /** Adds what the answer to a preflight says. */
  void allowPreflight(HttpRequest request, HttpHeaders answer) {
    allow(request.headers().get(HttpHeaderNames.ORIGIN), answer);
    if (!answer.contains(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN)) {
      return;
    }
    answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, HttpMethod.POST.name());
    String wanted = request.headers().get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS);
    if (wanted != null && headersAllowed(wanted)) {
      answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, wanted);
    }
    if (config.maxAge() > 0) {
      answer.set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, Integer.toString(config.maxAge()));
    }
  }

  /** Adds what any other answer says. */
  void allow(@Nullable String origin, HttpHeaders answer) {
    answer.add(HttpHeaderNames.VARY, "Origin");
    if (origin == null) {
      return;
    }
    if (config.allowedOrigins().contains(ANY)) {
      answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    } else if (config.allowedOrigins().stream().anyMatch(o -> matches(o, origin))) {
      answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
      answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    } else {
      return;
    }
    if (!config.exposedHeaders().isEmpty()) {
      answer.set(
          HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS,
          String.join(", ", config.exposedHeaders()));
    }
  }

  private boolean headersAllowed(String wanted) {
    if (config.allowedHeaders().contains(ANY)) {
      return true;
    }
    for (String header : wanted.split(",", -1)) {
      String name = header.trim().toLowerCase(Locale.ROOT);
      if (!name.isEmpty()
          && !USUAL_HEADERS.contains(name)
          && config.allowedHeaders().stream().noneMatch(h -> h.equalsIgnoreCase(name))) {
        return false;
      }
    }
    return true;
  }

  private static boolean matches(String pattern, String origin) {
    String wanted = pattern.toLowerCase(Locale.ROOT);
    String actual = origin.toLowerCase(Locale.ROOT);
    int star = wanted.indexOf('*');
    if (star < 0) {
      return wanted.equals(actual);
    }
    String before = wanted.substring(0, star);
    String after = wanted.substring(star + 1);
    return actual.length() >= before.length() + after.length()
        && actual.startsWith(before)
        && actual.endsWith(after);
  }
}
