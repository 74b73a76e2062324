package io.millrace.benchmarks.fault.traffic;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** OTLP over gRPC. Thread-safe. */
public final class GrpcDoor implements OtlpDoor {
  private static final long PATIENCE_SECONDS = 12;
  private static final Duration WAIT = Duration.ofMillis(500);
  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);
  private static final MethodDescriptor<byte[], byte[]> EXPORT =
      MethodDescriptor.<byte[], byte[]>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("opentelemetry.proto.collector.logs.v1.LogsService/Export")
          .setRequestMarshaller(new Bytes())
          .setResponseMarshaller(new Bytes())
          .build();

  private final ManagedChannel channel;

  public GrpcDoor(int port) {
    this.channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  @Override
  public Answer send(byte[] request) throws InterruptedException {
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
    try {
      byte[] response = ClientCalls.blockingUnaryCall(channel, EXPORT, options, request);
      return response.length == 0
          ? new Answer(Meaning.TAKEN, "gRPC OK", Duration.ZERO)
          : new Answer(Meaning.NEVER, "gRPC OK with a partial success", Duration.ZERO);
    } catch (StatusRuntimeException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      return refused(e);
    }
  }

  private static Answer refused(StatusRuntimeException failure) {
    Status.Code code = failure.getStatus().getCode();
    Metadata trailers = failure.getTrailers();
    boolean hint = trailers != null && trailers.containsKey(DETAILS);
    return switch (code) {
      // Without a connection it is the client's library that says so.
      case UNAVAILABLE ->
          hint
              ? new Answer(Meaning.LATER, "gRPC UNAVAILABLE with RetryInfo", WAIT)
              : new Answer(Meaning.UNKNOWN, "gRPC UNAVAILABLE", Duration.ZERO);
      case RESOURCE_EXHAUSTED -> new Answer(Meaning.LATER, "gRPC " + code, WAIT);
      case CANCELLED, DEADLINE_EXCEEDED, UNKNOWN, INTERNAL ->
          new Answer(Meaning.UNKNOWN, "gRPC " + code, Duration.ZERO);
      case OK,
          INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          FAILED_PRECONDITION,
          ABORTED,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          DATA_LOSS,
          UNAUTHENTICATED ->
          new Answer(Meaning.NEVER, "gRPC " + code, Duration.ZERO);
    };
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
