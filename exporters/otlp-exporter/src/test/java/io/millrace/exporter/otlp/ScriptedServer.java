package io.millrace.exporter.otlp;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.millrace.toolkit.grpc.Incoming;
import io.millrace.toolkit.grpc.Outgoing;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A gRPC server that records calls and answers as told: with success unless told otherwise. */
final class ScriptedServer implements AutoCloseable {

  /** A call that came in. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Call(String method, Metadata headers, @Nullable Deadline deadline, byte[] message) {}

  /** An answer to give; neither a body nor a status means none at all. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Answer(byte @Nullable [] body, @Nullable Status status, Metadata trailers) {}

  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
  private final Server server;

  ScriptedServer() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("localhost", 0))
            .fallbackHandlerRegistry(new AnyMethod())
            .build()
            .start();
  }

  String endpoint() {
    return "localhost:" + server.getPort();
  }

  Queue<Call> calls() {
    return calls;
  }

  void answer(byte[] body) {
    answers.add(new Answer(body, null, new Metadata()));
  }

  void answer(Status status, Metadata trailers) {
    answers.add(new Answer(null, status, trailers));
  }

  void keepSilent() {
    answers.add(new Answer(null, null, new Metadata()));
  }

  @Override
  public void close() {
    try {
      server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class AnyMethod extends HandlerRegistry {
    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(
        String methodName, @Nullable String authority) {
      MethodDescriptor<Incoming, Outgoing> method =
          MethodDescriptor.<Incoming, Outgoing>newBuilder()
              .setType(MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(methodName)
              .setRequestMarshaller(Incoming.MARSHALLER)
              .setResponseMarshaller(Outgoing.MARSHALLER)
              .build();
      return ServerMethodDefinition.create(method, ScriptedServer.this::startCall);
    }
  }

  private ServerCall.Listener<Incoming> startCall(
      ServerCall<Incoming, Outgoing> call, Metadata headers) {
    call.request(2);
    Deadline deadline = Context.current().getDeadline();
    return new ServerCall.Listener<>() {
      private byte[] bytes = new byte[0];

      @Override
      public void onMessage(Incoming message) {
        bytes = message.bytes();
      }

      @Override
      public void onHalfClose() {
        calls.add(
            new Call(call.getMethodDescriptor().getFullMethodName(), headers, deadline, bytes));
        Answer answer = answers.poll();
        if (answer == null) {
          answer = new Answer(new byte[0], null, new Metadata());
        }
        if (answer.body != null) {
          call.sendHeaders(new Metadata());
          call.sendMessage(Outgoing.of(answer.body));
          call.close(Status.OK, answer.trailers);
        } else if (answer.status != null) {
          call.close(answer.status, answer.trailers);
        }
      }
    };
  }
}
