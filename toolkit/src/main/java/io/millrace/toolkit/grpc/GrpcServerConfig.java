package io.millrace.toolkit.grpc;

import io.millrace.api.config.DataSize;
import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.NotSupported;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Range;
import io.millrace.api.config.Tuning;
import io.millrace.api.config.Validated;
import io.millrace.toolkit.net.EventLoops;
import io.millrace.toolkit.tls.TlsServerConfig;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Collector's keys of a gRPC server, without the endpoint: to be squashed into a receiver's
 * record. Immutable.
 */
@Doc("How gRPC requests are taken.")
public record GrpcServerConfig(
    @Doc("Kind of socket: tcp.") @Default("tcp") String transport,
    @Doc("The server's certificate; absent for plaintext.") @Nullable TlsServerConfig tls,
    @Doc(
            "Largest message in MiB, before and after decompression, a sixth of the heap at most; 0"
                + " for 4 MiB.")
        @Default("0")
        @Range(min = "0", max = "1024")
        int maxRecvMsgSizeMib,
    @Doc("Requests that one connection may have open at the same time; 0 for 100.")
        @Default("0")
        @Range(min = "0")
        int maxConcurrentStreams,
    @Doc("Buffer for reading.") @Tuning("Netty sizes its buffers itself") @Default("512KiB")
        DataSize readBufferSize,
    @Doc("Buffer for writing.") @Tuning("Netty sizes its buffers itself") @Default("0")
        DataSize writeBufferSize,
    @Doc("When connections are probed and closed.") @Default("{}") Keepalive keepalive,
    @Doc("An extension that authenticates clients.")
        @NotSupported("server authenticators are not supported yet")
        @Nullable Object auth,
    @Doc("Whether the request's headers go along with its telemetry.") @Default("false")
        boolean includeMetadata,
    @Doc("Extensions that look at requests.")
        @NotSupported("middlewares are not supported")
        @Default("[]")
        List<Object> middlewares)
    implements Validated {

  private static final int DEFAULT_MESSAGE_MIB = 4;
  private static final int DEFAULT_STREAMS = 100;

  public GrpcServerConfig {
    middlewares = List.copyOf(middlewares);
  }

  /** What holds where nothing is set. */
  public static GrpcServerConfig standard() {
    return new GrpcServerConfig(
        "tcp",
        null,
        0,
        0,
        DataSize.ofBytes(512 * 1024),
        DataSize.ofBytes(0),
        Keepalive.standard(),
        null,
        false,
        List.of());
  }

  /** The same with a certificate. */
  public GrpcServerConfig withTls(TlsServerConfig other) {
    return with(other, maxRecvMsgSizeMib, includeMetadata);
  }

  /** The same with another limit of messages. */
  public GrpcServerConfig withMaxRecvMsgSizeMib(int other) {
    return with(tls, other, includeMetadata);
  }

  /** The same with or without metadata. */
  public GrpcServerConfig withIncludeMetadata(boolean other) {
    return with(tls, maxRecvMsgSizeMib, other);
  }

  private GrpcServerConfig with(
      @Nullable TlsServerConfig otherTls, int otherMebibytes, boolean otherMetadata) {
    return new GrpcServerConfig(
        transport,
        otherTls,
        otherMebibytes,
        maxConcurrentStreams,
        readBufferSize,
        writeBufferSize,
        keepalive,
        auth,
        otherMetadata,
        middlewares);
  }

  /** Largest message in bytes, as far as the heap has room for it. */
  public int maxMessageBytes() {
    int mebibytes = maxRecvMsgSizeMib == 0 ? DEFAULT_MESSAGE_MIB : maxRecvMsgSizeMib;
    return (int) EventLoops.largestMessage((long) mebibytes << 20);
  }

  /** Open requests a connection may have. */
  int maxStreams() {
    return maxConcurrentStreams == 0 ? DEFAULT_STREAMS : maxConcurrentStreams;
  }

  @Override
  public void validate(Problems problems) {
    if (!transport.equals("tcp")) {
      problems.add("transport", "\"" + transport + "\" is not supported (expected: tcp)");
    }
    EventLoops.warnOfLarger("max_recv_msg_size_mib", (long) maxRecvMsgSizeMib << 20, problems);
  }

  /** The {@code keepalive} block of a server. Immutable. */
  @Doc("When connections are probed and closed.")
  public record Keepalive(
      @Doc("What the server does of its own accord.") @Default("{}")
          ServerParameters serverParameters,
      @Doc("What clients may do.") @Default("{}") EnforcementPolicy enforcementPolicy) {

    public static Keepalive standard() {
      return new Keepalive(
          new ServerParameters(
              Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO),
          new EnforcementPolicy(Duration.ZERO, false));
    }
  }

  /** The {@code server_parameters} block. Immutable. */
  @Doc("Probes and ages of connections.")
  public record ServerParameters(
      @Doc("Idle time after which a connection is closed; 0 for never.")
          @Default("0s")
          @Range(min = "0s")
          Duration maxConnectionIdle,
      @Doc("Age at which a connection is closed, so that clients spread anew; 0 for never.")
          @Default("0s")
          @Range(min = "0s")
          Duration maxConnectionAge,
      @Doc("How long requests of a connection that is too old may go on; 0 for as long as needed.")
          @Default("0s")
          @Range(min = "0s")
          Duration maxConnectionAgeGrace,
      @Doc("Silence after which the client is probed; 0 for 2h.") @Default("0s") @Range(min = "0s")
          Duration time,
      @Doc("How long a probe may take; 0 for 20s.") @Default("0s") @Range(min = "0s")
          Duration timeout) {}

  /** The {@code enforcement_policy} block. Immutable. */
  @Doc("How often clients may probe.")
  public record EnforcementPolicy(
      @Doc("Least time between probes, below which the connection is closed; 0 for 5m.")
          @Default("0s")
          @Range(min = "0s")
          Duration minTime,
      @Doc("Whether clients may probe while no request is open.") @Default("false")
          boolean permitWithoutStream) {}
}
