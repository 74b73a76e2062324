package io.millrace.benchmarks.transports.server;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.millrace.api.telemetry.Signal;
import io.millrace.toolkit.grpc.Incoming;
import io.millrace.toolkit.grpc.Outgoing;
import io.millrace.toolkit.otlp.OtlpService;
import org.jspecify.annotations.Nullable;

/** The method of logs for servers that run gRPC's own interfaces. Thread-safe. */
final class ExportMethod implements ServerCallHandler<Incoming, Outgoing> {
  private static final Outgoing ALL_TAKEN = Outgoing.of(new byte[0]);

  private final Receipt receipt;

  private ExportMethod(Receipt receipt) {
    this.receipt = receipt;
  }

  /** The service that has only this method. */
  static ServerServiceDefinition service(Receipt receipt) {
    OtlpService logs = OtlpService.of(Signal.LOGS);
    MethodDescriptor<Incoming, Outgoing> method =
        MethodDescriptor.<Incoming, Outgoing>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(logs.grpcMethod())
            .setRequestMarshaller(Incoming.MARSHALLER)
            .setResponseMarshaller(Outgoing.MARSHALLER)
            .build();
    return ServerServiceDefinition.builder(logs.grpcService())
        .addMethod(method, new ExportMethod(receipt))
        .build();
  }

  @Override
  public ServerCall.Listener<Incoming> startCall(
      ServerCall<Incoming, Outgoing> call, Metadata headers) {
    call.request(2);
    return new Request(call);
  }

  private final class Request extends ServerCall.Listener<Incoming> {
    private final ServerCall<Incoming, Outgoing> call;
    private @Nullable Incoming message;

    Request(ServerCall<Incoming, Outgoing> call) {
      this.call = call;
    }

    @Override
    public void onMessage(Incoming next) {
      message = next;
    }

    @Override
    public void onHalfClose() {
      Incoming whole = message;
      Status failure = whole == null ? Status.INVALID_ARGUMENT : whole.failure();
      if (whole == null || failure != null) {
        call.close(failure == null ? Status.INTERNAL : failure, new Metadata());
        return;
      }
      receipt.take(whole.array(), whole.offset());
      call.sendHeaders(new Metadata());
      call.sendMessage(ALL_TAKEN);
      call.close(Status.OK, new Metadata());
    }
  }
}
