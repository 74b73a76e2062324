package io.millrace.benchmarks.transports.server;

import io.millrace.toolkit.net.EventLoops;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerRequest;

/** Vert.x's gRPC server, on Netty's NIO. */
final class VertxServer {
  private static final int THREADS = 2;

  private VertxServer() {}

  static void start(int port, Receipt receipt) {
    // Chunks as small as the agent's: with Netty's own the buffers' limit has room for none.
    System.setProperty("io.netty.allocator.maxOrder", "6");
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(THREADS));
    GrpcServer grpc = GrpcServer.server(vertx).callHandler(request -> take(request, receipt));
    HttpServerOptions options =
        new HttpServerOptions()
            .setInitialSettings(
                new Http2Settings().setInitialWindowSize(EventLoops.flowControlWindow()))
            .setHttp2ConnectionWindowSize(TransportServer.CONNECTION_WINDOW_BYTES);
    vertx.createHttpServer(options).requestHandler(grpc).listen(port, "127.0.0.1").await();
  }

  private static void take(GrpcServerRequest<Buffer, Buffer> request, Receipt receipt) {
    request.handler(message -> receipt.take(message.getBytes(), 0));
    request.endHandler(_ -> request.response().end(Buffer.buffer()));
  }
}
