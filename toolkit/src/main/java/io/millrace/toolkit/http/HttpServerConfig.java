package io.millrace.toolkit.http;

import io.millrace.api.config.DataSize;
import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.NotSupported;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Range;
import io.millrace.api.config.Tuning;
import io.millrace.api.config.Validated;
import io.millrace.toolkit.compression.Compression;
import io.millrace.toolkit.net.EventLoops;
import io.millrace.toolkit.tls.TlsServerConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The Collector's keys of an HTTP server, without the endpoint: to be squashed into a component's
 * record. Immutable.
 */
@Doc("How HTTP requests are taken.")
public record HttpServerConfig(
    @Doc("Kind of socket: tcp.") @Default("tcp") String transport,
    @Doc("The server's certificate; absent for plaintext.") @Nullable TlsServerConfig tls,
    @Doc("Which web pages may send requests; absent for none.") @Nullable Cors cors,
    @Doc("Largest body in bytes, before and after decompression, a sixth of the heap at most.")
        @Default("20MiB")
        @Range(min = "1", max = "1GiB")
        DataSize maxRequestBodySize,
    @Doc("Whether the request's headers go along with its telemetry.") @Default("false")
        boolean includeMetadata,
    @Doc("Headers that every answer carries.") @Default("{}") Map<String, String> responseHeaders,
    @Doc("Compressions that bodies may have: \"\" (none), gzip, zstd, zlib, deflate.")
        @Default("[\"\", gzip, zstd, zlib, deflate]")
        List<String> compressionAlgorithms,
    @Doc(
            "How long one request may take to arrive, so that dead connections hold no memory; 0 for as long as it takes.")
        @Default("1m")
        @Range(min = "0s")
        Duration readTimeout,
    @Doc("How long the head of a request may take.")
        @Tuning("idle_timeout covers it")
        @Default("0s")
        Duration readHeaderTimeout,
    @Doc("How long an answer may take to leave.")
        @Tuning("answers are small and are not timed")
        @Default("0s")
        Duration writeTimeout,
    @Doc("How long a connection may be idle between requests; 0 for ever.")
        @Default("0s")
        @Range(min = "0s")
        Duration idleTimeout,
    @Doc("Whether connections serve more than one request.") @Default("true")
        boolean keepAlivesEnabled,
    @Doc("An extension that authenticates clients.")
        @NotSupported("server authenticators are not supported yet")
        @Nullable Object auth,
    @Doc("Extensions that look at requests.")
        @NotSupported("middlewares are not supported")
        @Default("[]")
        List<Object> middlewares)
    implements Validated {

  private static final List<String> ALGORITHMS = List.of("", "gzip", "zstd", "zlib", "deflate");

  public HttpServerConfig {
    responseHeaders = Map.copyOf(responseHeaders);
    compressionAlgorithms = List.copyOf(compressionAlgorithms);
    middlewares = List.copyOf(middlewares);
  }

  /** What holds where nothing is set. */
  public static HttpServerConfig standard() {
    return new HttpServerConfig(
        "tcp",
        null,
        null,
        DataSize.ofMebibytes(20),
        false,
        Map.of(),
        ALGORITHMS,
        Duration.ofMinutes(1),
        Duration.ZERO,
        Duration.ZERO,
        Duration.ZERO,
        true,
        null,
        List.of());
  }

  /** The same with a certificate. */
  public HttpServerConfig withTls(TlsServerConfig other) {
    return with(other, cors, maxRequestBodySize, includeMetadata, readTimeout);
  }

  /** The same for web pages. */
  public HttpServerConfig withCors(Cors other) {
    return with(tls, other, maxRequestBodySize, includeMetadata, readTimeout);
  }

  /** The same with another limit of bodies. */
  public HttpServerConfig withMaxRequestBodySize(DataSize other) {
    return with(tls, cors, other, includeMetadata, readTimeout);
  }

  /** The same with or without metadata. */
  public HttpServerConfig withIncludeMetadata(boolean other) {
    return with(tls, cors, maxRequestBodySize, other, readTimeout);
  }

  /** The same with another time for requests to arrive. */
  public HttpServerConfig withReadTimeout(Duration other) {
    return with(tls, cors, maxRequestBodySize, includeMetadata, other);
  }

  private HttpServerConfig with(
      @Nullable TlsServerConfig otherTls,
      @Nullable Cors otherCors,
      DataSize otherSize,
      boolean otherMetadata,
      Duration otherReadTimeout) {
    return new HttpServerConfig(
        transport,
        otherTls,
        otherCors,
        otherSize,
        otherMetadata,
        responseHeaders,
        compressionAlgorithms,
        otherReadTimeout,
        readHeaderTimeout,
        writeTimeout,
        idleTimeout,
        keepAlivesEnabled,
        auth,
        middlewares);
  }

  /** The compression of a header's value; empty when it is not allowed. */
  Optional<Compression> compression(String header) {
    return Compression.ofHeader(header)
        .filter(Compression::supported)
        .filter(c -> c == Compression.NONE || compressionAlgorithms.contains(c.headerValue()));
  }

  @Override
  public void validate(Problems problems) {
    if (!transport.equals("tcp")) {
      problems.add("transport", "\"" + transport + "\" is not supported (expected: tcp)");
    }
    if (!maxRequestBodySize.equals(standard().maxRequestBodySize)) {
      EventLoops.warnOfLarger("max_request_body_size", maxRequestBodySize.bytes(), problems);
    }
    for (String algorithm : compressionAlgorithms) {
      if (!ALGORITHMS.contains(algorithm)) {
        problems.add(
            "compression_algorithms",
            "\"" + algorithm + "\" is not supported (expected: \"\", gzip, zstd, zlib or deflate)");
      }
    }
  }

  /** The {@code cors} block. Immutable. */
  @Doc("Which web pages may send requests (cross-origin resource sharing).")
  public record Cors(
      @Doc("Origins such as https://app.example.com; each may have one *.") @Default("[]")
          List<String> allowedOrigins,
      @Doc("Headers that pages may set beside the usual ones; * for all.") @Default("[]")
          List<String> allowedHeaders,
      @Doc("Headers of answers that pages may read.") @Default("[]") List<String> exposedHeaders,
      @Doc("Seconds for which browsers may remember what is allowed; 0 for their own default.")
          @Default("0")
          @Range(min = "0")
          int maxAge) {
    public Cors {
      allowedOrigins = List.copyOf(allowedOrigins);
      allowedHeaders = List.copyOf(allowedHeaders);
      exposedHeaders = List.copyOf(exposedHeaders);
    }
  }
}
