package io.millrace.toolkit.grpc;

import io.millrace.api.config.DataSize;
import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.NotSupported;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Range;
import io.millrace.api.config.Secret;
import io.millrace.api.config.Tuning;
import io.millrace.api.config.Validated;
import io.millrace.toolkit.compression.Compression;
import io.millrace.toolkit.tls.TlsClientConfig;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Collector's keys of a gRPC client, without the endpoint: to be squashed into an exporter's
 * record. Immutable.
 */
@Doc("How gRPC requests are sent.")
public record GrpcClientConfig(
    @Doc("Compression of requests: gzip, zstd or none.") @Default("gzip") Compression compression,
    @Doc("Keys, trust and versions; TLS is on unless insecure is set.") @Default("{}")
        TlsClientConfig tls,
    @Doc("Headers that every request carries.") @Default("{}") Map<String, Secret> headers,
    @Doc("When the connection is probed; absent for never.") @Nullable Keepalive keepalive,
    @Doc("How requests spread over the addresses of the endpoint: round_robin or pick_first.")
        @Default("round_robin")
        String balancerName,
    @Doc("Value of the :authority header; empty for the endpoint's.") @Default("") String authority,
    @Doc("Value of the user-agent header; empty for the agent's own name and version.") @Default("")
        String userAgent,
    @Doc("Whether requests wait for a connection instead of failing at once.") @Default("false")
        boolean waitForReady,
    @Doc("Buffer for reading.") @Tuning("Netty sizes its buffers itself") @Default("0")
        DataSize readBufferSize,
    @Doc("Buffer for writing.") @Tuning("Netty sizes its buffers itself") @Default("512KiB")
        DataSize writeBufferSize,
    @Doc("An extension that authenticates requests.")
        @NotSupported("client authenticators are not supported yet; set headers instead")
        @Nullable Object auth,
    @Doc("Extensions that look at requests.")
        @NotSupported("middlewares are not supported")
        @Default("[]")
        List<Object> middlewares)
    implements Validated {

  public GrpcClientConfig {
    headers = Map.copyOf(headers);
    middlewares = List.copyOf(middlewares);
  }

  /** What holds where nothing is set. */
  public static GrpcClientConfig standard() {
    return new GrpcClientConfig(
        Compression.GZIP,
        TlsClientConfig.standard(),
        Map.of(),
        null,
        "round_robin",
        "",
        "",
        false,
        DataSize.ofBytes(0),
        DataSize.ofBytes(512 * 1024),
        null,
        List.of());
  }

  /** The same with another {@code tls} block. */
  public GrpcClientConfig withTls(TlsClientConfig other) {
    return with(other, headers, compression);
  }

  /** The same with other headers. */
  public GrpcClientConfig withHeaders(Map<String, Secret> other) {
    return with(tls, other, compression);
  }

  /** The same with another compression. */
  public GrpcClientConfig withCompression(Compression other) {
    return with(tls, headers, other);
  }

  private GrpcClientConfig with(
      TlsClientConfig otherTls, Map<String, Secret> otherHeaders, Compression otherCompression) {
    return new GrpcClientConfig(
        otherCompression,
        otherTls,
        otherHeaders,
        keepalive,
        balancerName,
        authority,
        userAgent,
        waitForReady,
        readBufferSize,
        writeBufferSize,
        auth,
        middlewares);
  }

  @Override
  public void validate(Problems problems) {
    switch (compression) {
      case NONE, GZIP, ZSTD -> {}
      case ZLIB, DEFLATE, SNAPPY, LZ4 ->
          problems.add(
              "compression",
              "\""
                  + compression.headerValue()
                  + "\" is not supported (expected: gzip, zstd or none)");
    }
    if (!balancerName.equals("round_robin") && !balancerName.equals("pick_first")) {
      problems.add(
          "balancer_name", "\"" + balancerName + "\" (expected: round_robin or pick_first)");
    }
    for (String name : headers.keySet()) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (!lower.matches("[0-9a-z_.-]+") || lower.startsWith("grpc-")) {
        problems.add(
            "headers::" + name,
            "no name of gRPC metadata (expected: letters, digits, -, _ and ., not beginning with grpc-)");
      } else if (lower.endsWith("-bin")) {
        problems.add(
            "headers::" + name, "binary metadata are not supported (expected: no -bin at the end)");
      }
    }
  }

  /** The {@code keepalive} block of a client. Immutable. */
  @Doc("When the connection is probed.")
  public record Keepalive(
      @Doc("Silence after which the server is probed; at least 10s.")
          @Default("10s")
          @Range(min = "0s")
          Duration time,
      @Doc("How long a probe may take.") @Default("10s") @Range(min = "0s") Duration timeout,
      @Doc("Whether to probe while no request is open.") @Default("false")
          boolean permitWithoutStream) {}
}
