package io.millrace.receiver.otlp;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.millrace.api.component.Acknowledge;
import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.Outputs;
import io.millrace.api.component.Receiver;
import io.millrace.api.component.StartException;
import io.millrace.api.config.Endpoint;
import io.millrace.toolkit.grpc.Arrivals;
import io.millrace.toolkit.grpc.GrpcServers;
import io.millrace.toolkit.http.HttpServer;
import io.millrace.toolkit.net.ArrivalGate;
import io.millrace.toolkit.net.EventLoops;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes OTLP over gRPC and HTTP.
 *
 * <p>A client's answer waits for the Delivery of its telemetry: success says that it is in the
 * agent's log on disk, or that every branch has it, as {@code acknowledge} says. What is refused,
 * or not delivered before the client's deadline, is answered as unavailable, which asks the client
 * to send it again; what can never be delivered, as invalid. While requests wait they hold no
 * thread of the network, and no more bytes than {@code max_waiting_size}.
 */
final class OtlpReceiver implements Receiver {
  private static final Duration DRAIN_TIME = Duration.ofSeconds(5);
  private static final Duration CLOSE_TIME = Duration.ofSeconds(1);
  private static final Duration POLL_TIME = Duration.ofMillis(10);

  private final ComponentContext context;
  private final OtlpReceiverConfig config;
  private final Outputs outputs;
  private @Nullable EventLoops loops;
  private @Nullable Intake intake;
  private @Nullable Server grpc;
  private @Nullable HttpServer http;

  OtlpReceiver(ComponentContext context, OtlpReceiverConfig config, Outputs outputs) {
    this.context = context;
    this.config = config;
    this.outputs = outputs;
  }

  @Override
  public void start() throws StartException {
    EventLoops opened = EventLoops.open();
    loops = opened;
    Intake taking = new Intake(context, config, outputs, opened);
    intake = taking;
    OtlpReceiverConfig.Grpc overGrpc = config.protocols().grpc();
    if (overGrpc != null) {
      grpc = startGrpc(overGrpc, taking, opened);
    }
    OtlpReceiverConfig.Http overHttp = config.protocols().http();
    if (overHttp != null) {
      http = startHttp(overHttp, taking);
    }
    if (config.acknowledge() == Acknowledge.ACCEPTED) {
      context
          .logger()
          .warn(
              "Telemetry is acknowledged as soon as it is in memory, since \"acknowledge:"
                  + " accepted\" is set: a crash or a failing exporter loses what clients believe"
                  + " to have delivered");
    }
  }

  /** The port of gRPC; 0 when it is not listened on. */
  int grpcPort() {
    Server server = grpc;
    return server == null ? 0 : server.getPort();
  }

  /** The port of HTTP; 0 when it is not listened on. */
  int httpPort() {
    HttpServer server = http;
    return server == null ? 0 : server.port();
  }

  @Override
  public void stop() throws InterruptedException {
    Intake taking = intake;
    Server overGrpc = grpc;
    HttpServer overHttp = http;
    try {
      if (taking != null) {
        taking.stopTaking();
      }
      if (overGrpc != null) {
        overGrpc.shutdown();
      }
      if (overHttp != null) {
        overHttp.stopListening();
      }
      if (taking != null) {
        drain(taking);
      }
      if (overGrpc != null
          && !overGrpc.awaitTermination(CLOSE_TIME.toMillis(), TimeUnit.MILLISECONDS)) {
        overGrpc.shutdownNow().awaitTermination(CLOSE_TIME.toMillis(), TimeUnit.MILLISECONDS);
      }
    } finally {
      close();
    }
  }

  private Server startGrpc(OtlpReceiverConfig.Grpc overGrpc, Intake taking, EventLoops opened)
      throws StartException {
    Endpoint endpoint = overGrpc.endpoint();
    NettyServerBuilder builder =
        GrpcServers.builder(endpoint, overGrpc.server(), opened, context.clock(), context.logger());
    boolean metadata = overGrpc.server().includeMetadata();
    taking.signals().forEach(s -> builder.addService(GrpcExport.service(taking, s, metadata)));
    builder.addStreamTracerFactory(new GrpcRefusals(taking.metrics()));
    builder.addStreamTracerFactory(
        Arrivals.at(
            new ArrivalGate(
                opened.receiving(), opened.group(), overGrpc.server().maxMessageBytes())));
    Server started = GrpcServers.start(builder, endpoint);
    context
        .logger()
        .atInfo()
        .addKeyValue("endpoint", new Endpoint(endpoint.host(), started.getPort()))
        .log("Listening for OTLP over gRPC");
    return started;
  }

  private HttpServer startHttp(OtlpReceiverConfig.Http overHttp, Intake taking)
      throws StartException {
    Endpoint endpoint = overHttp.endpoint();
    HttpServer started =
        HttpServer.start(
            endpoint,
            overHttp.server(),
            taking.budget(),
            new HttpExport(taking, overHttp),
            context.clock(),
            context.logger());
    context
        .logger()
        .atInfo()
        .addKeyValue("endpoint", new Endpoint(endpoint.host(), started.port()))
        .log("Listening for OTLP over HTTP");
    return started;
  }

  /** Lets what is under way be delivered for a while; then tells the clients to try elsewhere. */
  private void drain(Intake taking) throws InterruptedException {
    long begin = System.nanoTime();
    while (taking.unanswered() > 0 && System.nanoTime() - begin < DRAIN_TIME.toNanos()) {
      Thread.sleep(POLL_TIME);
    }
    taking.answerAll();
  }

  private void close() {
    if (grpc != null) {
      grpc.shutdownNow();
      grpc = null;
    }
    if (http != null) {
      http.close();
      http = null;
    }
    if (loops != null) {
      loops.close();
      loops = null;
    }
    intake = null;
  }
}
