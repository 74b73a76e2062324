package io.millrace.benchmarks.transports.server;

import io.millrace.api.component.StartException;
import io.millrace.api.config.Endpoint;
import io.millrace.toolkit.grpc.GrpcServerConfig;
import io.millrace.toolkit.grpc.GrpcServers;
import io.millrace.toolkit.net.EventLoops;
import java.time.Clock;
import org.slf4j.LoggerFactory;

/** grpc-java on Netty's NIO as the agent uses it, with its buffers and one array a message. */
final class AgentServer {
  private AgentServer() {}

  static void start(int port, Receipt receipt) throws StartException {
    Endpoint endpoint = new Endpoint("127.0.0.1", port);
    var builder =
        GrpcServers.builder(
            endpoint,
            GrpcServerConfig.standard(),
            EventLoops.open(),
            Clock.systemUTC(),
            LoggerFactory.getLogger(AgentServer.class));
    GrpcServers.start(builder.addService(ExportMethod.service(receipt)), endpoint);
  }
}
