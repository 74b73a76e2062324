package io.millrace.toolkit.http;

import io.millrace.toolkit.net.PeerAddress;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a request says before its body. Thread-safe. */
public final class HttpHead {
  private final String method;
  private final String path;
  private final HttpHeaders headers;
  private final @Nullable String peer;

  private HttpHead(String method, String path, HttpHeaders headers, @Nullable String peer) {
    this.method = method;
    this.path = path;
    this.headers = headers;
    this.peer = peer;
  }

  static HttpHead of(HttpRequest request, @Nullable SocketAddress remote) {
    String uri = request.uri();
    int query = uri.indexOf('?');
    String path = query < 0 ? uri : uri.substring(0, query);
    return new HttpHead(request.method().name(), path, request.headers(), PeerAddress.text(remote));
  }

  public String method() {
    return method;
  }

  /** The path without the query, as sent. */
  public String path() {
    return path;
  }

  /** The first header of that name, in whatever case; empty when there is none. */
  public String header(String name) {
    String value = headers.get(name);
    return value == null ? "" : value;
  }

  /** The media type in lower case, without parameters; empty when there is none. */
  public String mediaType() {
    String value = header("content-type");
    int semicolon = value.indexOf(';');
    return (semicolon < 0 ? value : value.substring(0, semicolon)).trim().toLowerCase(Locale.ROOT);
  }

  /** All headers under lower-case names. */
  public Map<String, List<String>> headers() {
    Map<String, List<String>> all = new HashMap<>();
    for (Map.Entry<String, String> header : headers) {
      all.computeIfAbsent(header.getKey().toLowerCase(Locale.ROOT), k -> new ArrayList<>(1))
          .add(header.getValue());
    }
    return all;
  }

  /** The sender as {@code host:port}; null when unknown. */
  public @Nullable String peer() {
    return peer;
  }
}
