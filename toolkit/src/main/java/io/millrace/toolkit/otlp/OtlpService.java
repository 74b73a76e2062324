package io.millrace.toolkit.otlp;

import io.millrace.api.telemetry.Signal;

/** How the export service of a signal is called. */
public enum OtlpService {
  LOGS("opentelemetry.proto.collector.logs.v1.LogsService", "/v1/logs", "rejectedLogRecords"),
  METRICS(
      "opentelemetry.proto.collector.metrics.v1.MetricsService",
      "/v1/metrics",
      "rejectedDataPoints"),
  TRACES("opentelemetry.proto.collector.trace.v1.TraceService", "/v1/traces", "rejectedSpans"),
  PROFILES(
      "opentelemetry.proto.collector.profiles.v1development.ProfilesService",
      "/v1development/profiles",
      "rejectedProfiles");

  /** Media type of protobuf bodies. */
  public static final String PROTOBUF = "application/x-protobuf";

  /** Media type of JSON bodies. */
  public static final String JSON = "application/json";

  private static final String METHOD = "Export";

  private final String grpcService;
  private final String httpPath;
  private final String rejectedKey;

  OtlpService(String grpcService, String httpPath, String rejectedKey) {
    this.grpcService = grpcService;
    this.httpPath = httpPath;
    this.rejectedKey = rejectedKey;
  }

  public static OtlpService of(Signal signal) {
    return switch (signal) {
      case LOGS -> LOGS;
      case METRICS -> METRICS;
      case TRACES -> TRACES;
      case PROFILES -> PROFILES;
    };
  }

  /** Full name of the gRPC service. */
  public String grpcService() {
    return grpcService;
  }

  /** Full name of the gRPC method, as {@code service/method}. */
  public String grpcMethod() {
    return grpcService + "/" + METHOD;
  }

  /** The path that the OTLP specification gives the service over HTTP. */
  public String httpPath() {
    return httpPath;
  }

  /** Key of the count of rejected items in JSON answers. */
  String rejectedKey() {
    return rejectedKey;
  }
}
