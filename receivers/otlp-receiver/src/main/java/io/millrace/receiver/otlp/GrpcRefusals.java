package io.millrace.receiver.otlp;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;

/**
 * Counts what gRPC itself refuses before {@link GrpcExport} sees it: messages that are too large,
 * unknown methods and unknown compressions. Thread-safe.
 */
final class GrpcRefusals extends ServerStreamTracer.Factory {
  private final ServerStreamTracer tracer;

  GrpcRefusals(ReceiverMetrics metrics) {
    tracer = new Tracer(metrics);
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
    return tracer;
  }

  private static final class Tracer extends ServerStreamTracer {
    private final ReceiverMetrics metrics;

    Tracer(ReceiverMetrics metrics) {
      this.metrics = metrics;
    }

    @Override
    public void streamClosed(Status status) {
      if (status.getCode() == Status.Code.RESOURCE_EXHAUSTED) {
        metrics.refused(ReceiverMetrics.Transport.GRPC, Refusal.TOO_LARGE);
      } else if (status.getCode() == Status.Code.UNIMPLEMENTED) {
        metrics.refused(ReceiverMetrics.Transport.GRPC, Refusal.UNKNOWN_PATH);
      }
    }
  }
}
