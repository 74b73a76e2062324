package io.millrace.toolkit.http;

import io.millrace.api.config.DataSize;
import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Key;
import io.millrace.api.config.NotSupported;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Secret;
import io.millrace.api.config.Tuning;
import io.millrace.api.config.Validated;
import io.millrace.toolkit.compression.Compression;
import io.millrace.toolkit.tls.TlsClientConfig;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The Collector's keys of an HTTP client, without endpoint and time-out: to be squashed into an
 * exporter's record. Immutable.
 */
@Doc("How requests are sent.")
public record HttpClientConfig(
    @Doc("URL of a proxy, such as http://proxy:3128; empty for none.") @Default("") String proxyUrl,
    @Doc("Keys, trust and versions of https endpoints.") @Default("{}") TlsClientConfig tls,
    @Doc("Headers that every request carries.") @Default("{}") Map<String, Secret> headers,
    @Doc("Compression of request bodies: gzip, zstd, zlib, deflate or none.") @Default("gzip")
        Compression compression,
    @Doc("How hard to compress.") @Default("{}") CompressionParams compressionParams,
    @Doc("Whether HTTP/2 is offered to https endpoints.")
        @Key("force_attempt_http2")
        @Default("true")
        boolean forceAttemptHttp2,
    @Doc("Buffer for reading.") @Tuning("Java sizes its buffers itself") @Default("0")
        DataSize readBufferSize,
    @Doc("Buffer for writing.") @Tuning("Java sizes its buffers itself") @Default("0")
        DataSize writeBufferSize,
    @Doc("Idle connections kept.")
        @Tuning("connections are kept as long as they are good")
        @Default("100")
        int maxIdleConns,
    @Doc("Idle connections kept per host.")
        @Tuning("connections are kept as long as they are good")
        @Default("0")
        int maxIdleConnsPerHost,
    @Doc("Connections per host.")
        @Tuning("there are as many connections as the queue has consumers")
        @Default("0")
        int maxConnsPerHost,
    @Doc("How long idle connections are kept.")
        @Tuning("idle connections are kept for 30s")
        @Default("90s")
        Duration idleConnTimeout,
    @Doc("Whether each request has a connection of its own.")
        @Tuning("connections are used again")
        @Default("false")
        boolean disableKeepAlives,
    @Doc("Silence after which an HTTP/2 connection is probed.")
        @Key("http2_read_idle_timeout")
        @Tuning("HTTP/2 connections are not probed")
        @Default("0s")
        Duration http2ReadIdleTimeout,
    @Doc("How long a probe of an HTTP/2 connection may take.")
        @Key("http2_ping_timeout")
        @Tuning("HTTP/2 connections are not probed")
        @Default("15s")
        Duration http2PingTimeout,
    @Doc("Cookies that the server sets and wants back.") @NotSupported("cookies are not kept")
        @Nullable Object cookies,
    @Doc("An extension that authenticates requests.")
        @NotSupported("client authenticators are not supported yet; set headers instead")
        @Nullable Object auth,
    @Doc("Extensions that look at requests.")
        @NotSupported("middlewares are not supported")
        @Default("[]")
        List<Object> middlewares)
    implements Validated {

  /** Headers that belong to the client itself; Java refuses them. */
  private static final Set<String> RESERVED =
      Set.of("connection", "content-length", "expect", "host", "upgrade");

  public HttpClientConfig {
    headers = Map.copyOf(headers);
    middlewares = List.copyOf(middlewares);
  }

  /** What holds where nothing is set. */
  public static HttpClientConfig standard() {
    return new HttpClientConfig(
        "",
        TlsClientConfig.standard(),
        Map.of(),
        Compression.GZIP,
        CompressionParams.standard(),
        true,
        DataSize.ofBytes(0),
        DataSize.ofBytes(0),
        100,
        0,
        0,
        Duration.ofSeconds(90),
        false,
        Duration.ZERO,
        Duration.ofSeconds(15),
        null,
        null,
        List.of());
  }

  /** The same with another {@code tls} block. */
  public HttpClientConfig withTls(TlsClientConfig other) {
    return with(other, headers, compression, compressionParams);
  }

  /** The same with other headers. */
  public HttpClientConfig withHeaders(Map<String, Secret> other) {
    return with(tls, other, compression, compressionParams);
  }

  /** The same with another compression. */
  public HttpClientConfig withCompression(Compression other) {
    return with(tls, headers, other, compressionParams);
  }

  /** The same with another effort. */
  public HttpClientConfig withCompressionParams(CompressionParams other) {
    return with(tls, headers, compression, other);
  }

  private HttpClientConfig with(
      TlsClientConfig otherTls,
      Map<String, Secret> otherHeaders,
      Compression otherCompression,
      CompressionParams otherParams) {
    return new HttpClientConfig(
        proxyUrl,
        otherTls,
        otherHeaders,
        otherCompression,
        otherParams,
        forceAttemptHttp2,
        readBufferSize,
        writeBufferSize,
        maxIdleConns,
        maxIdleConnsPerHost,
        maxConnsPerHost,
        idleConnTimeout,
        disableKeepAlives,
        http2ReadIdleTimeout,
        http2PingTimeout,
        cookies,
        auth,
        middlewares);
  }

  @Override
  public void validate(Problems problems) {
    if (!compression.supported()) {
      problems.add(
          "compression",
          "\""
              + compression.headerValue()
              + "\" is not supported (expected: gzip, zstd, zlib, deflate or none)");
    } else if (compressionParams.level() > compression.maxLevel()) {
      problems.add(
          "compression_params::level",
          compressionParams.level()
              + " (expected: at most "
              + compression.maxLevel()
              + " for "
              + compression.headerValue()
              + ")");
    }
    for (String name : headers.keySet()) {
      if (RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
        problems.add(
            "headers::" + name,
            "cannot be set (expected: none of " + RESERVED.stream().sorted().toList() + ")");
      } else if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
        problems.add("headers::" + name, "no name of a header (expected: letters, digits and -)");
      }
    }
    if (!tls.serverNameOverride().isEmpty()) {
      problems.add(
          "tls::server_name_override",
          "not supported over HTTP (expected: absent; use the certificate's name in the endpoint)");
    }
    if (!proxyUrl.isEmpty() && !isProxy(proxyUrl)) {
      problems.add("proxy_url", "\"" + proxyUrl + "\" (expected: http://host:port)");
    }
  }

  private static boolean isProxy(String url) {
    try {
      URI uri = URI.create(url);
      return "http".equals(uri.getScheme()) && uri.getHost() != null && uri.getUserInfo() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
