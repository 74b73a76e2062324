package io.millrace.testkit.fault;

import java.util.Map;

/**
 * A request as it came to a {@link FaultProxy}. Immutable.
 *
 * @param path with its query
 * @param headers by lower-case name; of a repeated one the last
 */
public record HttpRequestHead(String method, String path, Map<String, String> headers) {
  public HttpRequestHead {
    headers = Map.copyOf(headers);
  }

  /** A header, or the empty text where there is none. */
  public String header(String lowerCaseName) {
    return headers.getOrDefault(lowerCaseName, "");
  }
}
