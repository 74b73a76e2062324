package io.millrace.receiver.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.Codec;
import io.grpc.Compressor;
import io.grpc.CompressorRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.millrace.toolkit.compression.Compression;
import io.millrace.toolkit.otlp.RpcStatus;
import io.netty.handler.ssl.SslContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client of bare gRPC: sends whatever bytes a test wants. */
final class GrpcClient implements AutoCloseable {
  private final ManagedChannel channel;
  private CallOptions options = CallOptions.DEFAULT;
  private Metadata headers = new Metadata();

  private GrpcClient(ManagedChannel channel) {
    this.channel = channel;
  }

  static GrpcClient plaintext(int port) {
    return new GrpcClient(builder(port).usePlaintext().build());
  }

  static GrpcClient tls(int port, SslContext context) {
    return new GrpcClient(builder(port).sslContext(context).build());
  }

  private static NettyChannelBuilder builder(int port) {
    CompressorRegistry compressors = CompressorRegistry.newEmptyInstance();
    compressors.register(Codec.Identity.NONE);
    compressors.register(new Codec.Gzip());
    compressors.register(new Zstd());
    compressors.register(new Damaging());
    compressors.register(new Unknown());
    return NettyChannelBuilder.forAddress("localhost", port)
        .disableRetry()
        .compressorRegistry(compressors);
  }

  GrpcClient compressing(String encoding) {
    options = options.withCompression(encoding);
    return this;
  }

  GrpcClient deadline(Duration deadline) {
    options = options.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
    return this;
  }

  GrpcClient header(String name, String value) {
    headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
    return this;
  }

  /** Calls; the future ends with the answer's bytes or a {@link StatusException}. */
  CompletableFuture<byte[]> call(String method, byte[]... messages) {
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    ClientCall<byte[], byte[]> call = open(method);
    StreamObserver<byte[]> requests =
        ClientCalls.asyncBidiStreamingCall(
            call,
            new StreamObserver<>() {
              private byte @Nullable [] value;

              @Override
              public void onNext(byte[] next) {
                value = next;
              }

              @Override
              public void onError(Throwable error) {
                answer.completeExceptionally(
                    new StatusException(
                        Status.fromThrowable(error), Status.trailersFromThrowable(error)));
              }

              @Override
              public void onCompleted() {
                answer.complete(value == null ? new byte[0] : value);
              }
            });
    for (byte[] message : messages) {
      requests.onNext(message);
    }
    requests.onCompleted();
    return answer;
  }

  /** Begins a call that the test goes on with. */
  ClientCall<byte[], byte[]> open(String method) {
    MethodDescriptor<byte[], byte[]> descriptor =
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName(method)
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();
    return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers))
        .newCall(descriptor, options);
  }

  /** What a call was answered with. */
  static byte[] answer(CompletableFuture<byte[]> call) throws Exception {
    return call.get(20, TimeUnit.SECONDS);
  }

  /** What a call failed with. */
  static StatusException failure(CompletableFuture<byte[]> call) {
    return (StatusException)
        assertThatThrownBy(() -> call.orTimeout(20, TimeUnit.SECONDS).join())
            .isInstanceOf(CompletionException.class)
            .cause()
            .isInstanceOf(StatusException.class)
            .actual();
  }

  /** How long the client is to wait before it tries again. */
  static Duration retryDelay(StatusException failure) throws IOException {
    Metadata trailers = Objects.requireNonNull(failure.getTrailers());
    byte[] details =
        trailers.get(Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER));
    RpcStatus status = RpcStatus.fromProtobuf(Objects.requireNonNull(details));
    assertThat(status.code()).isEqualTo(Status.Code.UNAVAILABLE.value());
    return Objects.requireNonNull(status.retryDelay());
  }

  @Override
  public void close() {
    try {
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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

  private static final class Zstd implements Compressor {
    @Override
    public String getMessageEncoding() {
      return "zstd";
    }

    @Override
    public OutputStream compress(OutputStream out) throws IOException {
      return Compression.ZSTD.compressing(out, Compression.DEFAULT_LEVEL);
    }
  }

  /** Says gzip and does nothing; registered under a name of its own. */
  private static final class Damaging implements Compressor {
    private int asked;

    @Override
    public synchronized String getMessageEncoding() {
      return asked++ == 0 ? "damaged" : "gzip";
    }

    @Override
    public OutputStream compress(OutputStream out) {
      return out;
    }
  }

  private static final class Unknown implements Compressor {
    @Override
    public String getMessageEncoding() {
      return "brotli";
    }

    @Override
    public OutputStream compress(OutputStream out) {
      return out;
    }
  }
}
