package io.millrace.benchmarks.transports.server;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.grpc.GrpcRouting;
import io.helidon.webserver.http2.Http2Config;
import io.millrace.toolkit.net.EventLoops;

/** Helidon's gRPC server: no Netty, blocking sockets on virtual threads. */
final class HelidonServer {
  private HelidonServer() {}

  static void start(int port, Receipt receipt) {
    WebServer.builder()
        .host("127.0.0.1")
        .port(port)
        .connectionOptions(options -> options.tcpNoDelay(true))
        .addProtocol(
            Http2Config.builder().initialWindowSize(EventLoops.flowControlWindow()).build())
        .addRouting(GrpcRouting.builder().service(ExportMethod.service(receipt)))
        .build()
        .start();
  }
}
