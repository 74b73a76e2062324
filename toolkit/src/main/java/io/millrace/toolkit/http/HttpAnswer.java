package io.millrace.toolkit.http;

import java.util.Map;

/**
 * What a server answers. The body must not change any more.
 *
 * @param status the HTTP status, such as 200
 * @param contentType media type of the body; empty for an answer without one
 * @param body may be empty
 * @param headers further headers
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record HttpAnswer(int status, String contentType, byte[] body, Map<String, String> headers) {

  public HttpAnswer {
    headers = Map.copyOf(headers);
  }

  /** An answer without further headers. */
  public static HttpAnswer of(int status, String contentType, byte[] body) {
    return new HttpAnswer(status, contentType, body, Map.of());
  }
}
