package io.millrace.receiver.otlp;

import io.millrace.api.component.Acknowledge;
import io.millrace.api.config.DataSize;
import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Endpoint;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Range;
import io.millrace.api.config.Required;
import io.millrace.api.config.Squash;
import io.millrace.api.config.Validated;
import io.millrace.api.telemetry.Signal;
import io.millrace.toolkit.grpc.GrpcServerConfig;
import io.millrace.toolkit.http.HttpServerConfig;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a user writes under {@code receivers: otlp:}. Immutable. */
@Doc("Takes logs, metrics, traces and profiles that OpenTelemetry SDKs and Collectors send.")
public record OtlpReceiverConfig(
    @Doc("The protocols to speak; at least one.") @Required Protocols protocols,
    @Doc(
            "When clients get their answer: once their telemetry is logged on the agent's disk, from"
                + " which it is delivered whatever happens; once it is delivered, which writes no"
                + " log and lets clients feel every outage behind the agent; or already once it is"
                + " accepted, which loses what is under way in a crash.")
        @Default("logged")
        Acknowledge acknowledge,
    @Doc(
            "How long a client that states no deadline waits for its answer before it is asked to"
                + " try again. Above the client's own patience (10s in OpenTelemetry's SDKs) the"
                + " client sends again what may still arrive.")
        @Default("9s")
        @Range(min = "100ms", max = "10m")
        Duration answerTimeout,
    @Doc(
            "Bytes of telemetry that may wait for their delivery at the same time, over all"
                + " clients; over all receivers a sixth of the heap at most; what comes on top is"
                + " refused and sent again later by its client.")
        @Default("24MiB")
        @Range(min = "1KiB")
        DataSize maxWaitingSize)
    implements Validated {

  /** A receiver of the protocols given, otherwise as it is where nothing is set. */
  public static OtlpReceiverConfig of(@Nullable Grpc grpc, @Nullable Http http) {
    return new OtlpReceiverConfig(
        new Protocols(grpc, http),
        Acknowledge.LOGGED,
        Duration.ofSeconds(9),
        DataSize.ofMebibytes(24));
  }

  /** The same, acknowledging at another time. */
  public OtlpReceiverConfig withAcknowledge(Acknowledge other) {
    return new OtlpReceiverConfig(protocols, other, answerTimeout, maxWaitingSize);
  }

  /** The same with another patience. */
  public OtlpReceiverConfig withAnswerTimeout(Duration other) {
    return new OtlpReceiverConfig(protocols, acknowledge, other, maxWaitingSize);
  }

  /** The same with another limit of what waits. */
  public OtlpReceiverConfig withMaxWaitingSize(DataSize other) {
    return new OtlpReceiverConfig(protocols, acknowledge, answerTimeout, other);
  }

  @Override
  public void validate(Problems problems) {
    if (protocols.grpc == null && protocols.http == null) {
      problems.add("protocols", "no protocol (expected: grpc, http or both)");
    }
  }

  /** The {@code protocols} block. Immutable. */
  @Doc("The protocols to speak.")
  public record Protocols(
      @Doc("OTLP over gRPC; absent for not at all.") @Nullable Grpc grpc,
      @Doc("OTLP over HTTP; absent for not at all.") @Nullable Http http) {}

  /** The {@code protocols.grpc} block. Immutable. */
  @Doc("OTLP over gRPC.")
  public record Grpc(
      @Doc("Host and port to listen on; without a host on every interface.")
          @Default("localhost:4317")
          Endpoint endpoint,
      @Squash GrpcServerConfig server) {

    /** A server that is otherwise as it is where nothing is set. */
    public static Grpc at(Endpoint endpoint) {
      return new Grpc(endpoint, GrpcServerConfig.standard());
    }
  }

  /** The {@code protocols.http} block. Immutable. */
  @Doc("OTLP over HTTP, as protobuf or JSON.")
  public record Http(
      @Doc("Host and port to listen on; without a host on every interface.")
          @Default("localhost:4318")
          Endpoint endpoint,
      @Doc("Path that takes traces.") @Default("/v1/traces") String tracesUrlPath,
      @Doc("Path that takes metrics.") @Default("/v1/metrics") String metricsUrlPath,
      @Doc("Path that takes logs.") @Default("/v1/logs") String logsUrlPath,
      @Doc("Path that takes profiles, as protobuf only.") @Default("/v1development/profiles")
          String profilesUrlPath,
      @Squash HttpServerConfig server)
      implements Validated {

    /** A server that is otherwise as it is where nothing is set. */
    public static Http at(Endpoint endpoint) {
      return of(endpoint, HttpServerConfig.standard());
    }

    /** A server with the usual paths. */
    public static Http of(Endpoint endpoint, HttpServerConfig server) {
      return new Http(
          endpoint, "/v1/traces", "/v1/metrics", "/v1/logs", "/v1development/profiles", server);
    }

    /** The path that takes a signal, with its leading slash. */
    String path(Signal signal) {
      String path =
          switch (signal) {
            case LOGS -> logsUrlPath;
            case METRICS -> metricsUrlPath;
            case TRACES -> tracesUrlPath;
            case PROFILES -> profilesUrlPath;
          };
      return path.startsWith("/") ? path : "/" + path;
    }

    @Override
    public void validate(Problems problems) {
      Set<String> seen = new HashSet<>();
      for (Signal signal : Signal.values()) {
        if (!seen.add(path(signal))) {
          problems.add(
              signal.id() + "_url_path",
              "\"" + path(signal) + "\" is another signal's path too (expected: one path each)");
        }
      }
    }
  }
}
