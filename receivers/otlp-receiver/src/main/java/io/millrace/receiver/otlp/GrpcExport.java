package io.millrace.receiver.otlp;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.toolkit.grpc.Arrivals;
import io.millrace.toolkit.grpc.Incoming;
import io.millrace.toolkit.grpc.Outgoing;
import io.millrace.toolkit.net.ByteBudget;
import io.millrace.toolkit.net.PeerAddress;
import io.millrace.toolkit.otlp.OtlpService;
import io.millrace.toolkit.otlp.RpcStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The gRPC method {@code Export} of one signal. Callbacks come on event loops. Thread-safe. */
final class GrpcExport implements ServerCallHandler<Incoming, Outgoing> {
  private static final Metadata.Key<byte[]> STATUS_DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);
  private static final Outgoing ALL_TAKEN = Outgoing.of(new byte[0]);
  private static final Verdict OVERLOADED =
      new Verdict.Unavailable("Too many bytes are waiting.", null);
  private static final Duration MAX_MARGIN = Duration.ofSeconds(1);

  private final Intake intake;
  private final Signal signal;
  private final boolean includeMetadata;

  private GrpcExport(Intake intake, Signal signal, boolean includeMetadata) {
    this.intake = intake;
    this.signal = signal;
    this.includeMetadata = includeMetadata;
  }

  /** The service of a signal. */
  static ServerServiceDefinition service(Intake intake, Signal signal, boolean includeMetadata) {
    OtlpService service = OtlpService.of(signal);
    MethodDescriptor<Incoming, Outgoing> method =
        MethodDescriptor.<Incoming, Outgoing>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(service.grpcMethod())
            .setRequestMarshaller(Incoming.MARSHALLER)
            .setResponseMarshaller(Outgoing.MARSHALLER)
            .build();
    return ServerServiceDefinition.builder(service.grpcService())
        .addMethod(method, new GrpcExport(intake, signal, includeMetadata))
        .build();
  }

  @Override
  public ServerCall.Listener<Incoming> startCall(
      ServerCall<Incoming, Outgoing> call, Metadata headers) {
    Request request = new Request(call, headers, patience(Context.current().getDeadline()));
    request.open();
    return request;
  }

  /** How long to wait for a Delivery so that the answer is there before the client's deadline. */
  private Duration patience(@Nullable Deadline deadline) {
    if (deadline == null) {
      return intake.answerTimeout();
    }
    Duration left = Duration.ofNanos(Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS)));
    Duration margin = left.dividedBy(5);
    return left.minus(margin.compareTo(MAX_MARGIN) > 0 ? MAX_MARGIN : margin);
  }

  /** One call. Its event loop calls it; answers come from anywhere, once. */
  private final class Request extends ServerCall.Listener<Incoming> {
    private final ServerCall<Incoming, Outgoing> call;
    private final Metadata headers;
    private final Arrivals arrival = Arrivals.ofCurrentCall();
    private final ByteBudget.Lease lease = intake.budget().lease();
    private final Waiting waiting;
    private @Nullable Incoming message;

    Request(ServerCall<Incoming, Outgoing> call, Metadata headers, Duration patience) {
      this.call = call;
      this.headers = headers;
      this.waiting = intake.begin(ReceiverMetrics.Transport.GRPC, lease, patience, this::answer);
    }

    void open() {
      switch (arrival.enter(() -> call.request(2), this::overload)) {
        case ENTER -> call.request(2);
        case WAIT -> intake.metrics().delayed();
        case LEAVE -> overload();
      }
    }

    @Override
    public void onMessage(Incoming next) {
      if (message != null) {
        refuse("More than one message.");
        return;
      }
      message = next;
      if (!lease.grow(next.size())) {
        overload();
      }
    }

    @Override
    public void onHalfClose() {
      arrival.arrived();
      Incoming received = message;
      message = null;
      if (waiting.isAnswered()) {
        return;
      }
      if (received == null) {
        refuse("No message.");
        return;
      }
      Status failure = received.failure();
      if (failure != null) {
        fail(failure);
        return;
      }
      waiting.arrived();
      AtomicReference<@Nullable Incoming> whole = new AtomicReference<>(received);
      Thread.ofVirtual().name("grpc-request").start(() -> take(waiting, whole));
    }

    @Override
    public void onCancel() {
      message = null;
      waiting.cancel();
    }

    private void fail(Status failure) {
      if (waiting.abandon()) {
        if (failure.getCode() != Status.Code.RESOURCE_EXHAUSTED) { // else GrpcRefusals counts
          intake.metrics().refused(ReceiverMetrics.Transport.GRPC, Refusal.MALFORMED);
        }
        call.close(failure, new Metadata());
      }
    }

    private void overload() {
      message = null;
      waiting.end(Refusal.OVERLOADED, OVERLOADED);
    }

    /**
     * Runs on a virtual thread.
     *
     * @param whole emptied: a thread that has ended may keep its task
     */
    private void take(Waiting request, AtomicReference<@Nullable Incoming> whole) {
      Incoming received = Objects.requireNonNull(whole.getAndSet(null), "taken once");
      try {
        intake.take(
            request,
            signal,
            new Intake.Body(
                received.array(),
                received.offset(),
                Batch::read,
                includeMetadata ? metadata(headers) : Map.of(),
                PeerAddress.text(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR))));
      } catch (RuntimeException e) {
        intake.broken(request, e);
      }
    }

    private void refuse(String why) {
      message = null;
      waiting.end(Refusal.MALFORMED, new Verdict.Invalid(why));
    }

    private void answer(Verdict verdict) {
      switch (verdict) {
        case Verdict.Taken taken -> {
          call.sendHeaders(new Metadata());
          call.sendMessage(ALL_TAKEN);
          call.close(Status.OK, new Metadata());
        }
        case Verdict.Unavailable unavailable ->
            close(Status.UNAVAILABLE.withDescription(unavailable.reason()), unavailable.delay());
        case Verdict.Invalid invalid ->
            close(Status.INVALID_ARGUMENT.withDescription(invalid.reason()), null);
      }
    }

    private void close(Status status, @Nullable Duration retryDelay) {
      Metadata trailers = new Metadata();
      if (retryDelay != null) {
        String reason = status.getDescription() == null ? "" : status.getDescription();
        trailers.put(
            STATUS_DETAILS,
            new RpcStatus(status.getCode().value(), reason, retryDelay).toProtobuf());
      }
      call.close(status, trailers);
    }
  }

  private static Map<String, List<String>> metadata(Metadata headers) {
    Map<String, List<String>> all = new HashMap<>();
    for (String name : headers.keys()) {
      if (!name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        Iterable<String> values =
            headers.getAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
        if (values != null) {
          List<String> list = new ArrayList<>(1);
          values.forEach(list::add);
          all.put(name, list);
        }
      }
    }
    return all;
  }
}
