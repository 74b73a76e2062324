package io.millrace.exporter.otlp;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Exporter;
import io.millrace.api.component.StartException;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.toolkit.grpc.GrpcChannels;
import io.millrace.toolkit.grpc.GrpcTarget;
import io.millrace.toolkit.grpc.Incoming;
import io.millrace.toolkit.grpc.Outgoing;
import io.millrace.toolkit.net.Turnstile;
import io.millrace.toolkit.otlp.ExportResponse;
import io.millrace.toolkit.otlp.OtlpService;
import io.millrace.toolkit.otlp.PartialSuccess;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends batches as OTLP over gRPC, each in one call whose deadline is {@code timeout}.
 *
 * <p>A server that took only some of a batch says how many items it threw away, not which; see
 * {@link PartialSuccess} for what happens then.
 */
final class OtlpExporter implements Exporter {
  private final ComponentContext context;
  private final OtlpExporterConfig config;
  private final PartialSuccess partialSuccess;
  private final Map<Signal, MethodDescriptor<Outgoing, Incoming>> methods =
      new EnumMap<>(Signal.class);
  private volatile @Nullable GrpcChannels channels;

  OtlpExporter(ComponentContext context, OtlpExporterConfig config) {
    this.context = context;
    this.config = config;
    this.partialSuccess = new PartialSuccess(context);
    for (Signal signal : Signal.values()) {
      methods.put(
          signal,
          MethodDescriptor.<Outgoing, Incoming>newBuilder()
              .setType(MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(OtlpService.of(signal).grpcMethod())
              .setRequestMarshaller(Outgoing.MARSHALLER)
              .setResponseMarshaller(Incoming.MARSHALLER)
              .build());
    }
  }

  @Override
  public void start() throws StartException {
    GrpcTarget target =
        GrpcTarget.parse(config.endpoint())
            .orElseThrow(
                () ->
                    new StartException(
                        "endpoint: \"" + config.endpoint() + "\" (expected: host:port)", null));
    if (target.http() && !config.client().tls().insecure()) {
      context
          .logger()
          .warn("The endpoint begins with http://, yet TLS is used, since tls.insecure is not set");
    }
    channels = GrpcChannels.open(target, config.client(), context.clock(), context.logger());
  }

  @Override
  public void stop() {
    GrpcChannels open = channels;
    channels = null;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public ExportOutcome export(Batch batch, RequestContext request) throws InterruptedException {
    GrpcChannels open = channels;
    MethodDescriptor<Outgoing, Incoming> method = methods.get(batch.signal());
    if (open == null || method == null) {
      return new ExportOutcome.Retry("The exporter is not started.", null);
    }
    Outgoing message = new Outgoing(batch.sizeBytes(), batch::writeTo);
    try (Turnstile.Pass _ = open.enter(message.sizeBytes())) {
      Incoming reply =
          ClientCalls.blockingUnaryCall(open.channel(), method, options(open), message);
      return taken(batch, reply);
    } catch (StatusRuntimeException e) {
      if (Thread.interrupted()) {
        throw interruption(e);
      }
      return GrpcOutcomes.of(e.getStatus(), e.getTrailers());
    }
  }

  private CallOptions options(GrpcChannels open) {
    return config.timeout().isZero()
        ? open.options()
        : open.options().withDeadlineAfter(config.timeout().toNanos(), TimeUnit.NANOSECONDS);
  }

  private ExportOutcome taken(Batch batch, Incoming reply) {
    try {
      return partialSuccess.outcome(batch, ExportResponse.fromProtobuf(reply.bytes()));
    } catch (IOException e) {
      return partialSuccess.unreadable(e);
    }
  }

  private static InterruptedException interruption(StatusRuntimeException cause) {
    InterruptedException interruption = new InterruptedException("export broken off");
    interruption.initCause(cause);
    return interruption;
  }
}
