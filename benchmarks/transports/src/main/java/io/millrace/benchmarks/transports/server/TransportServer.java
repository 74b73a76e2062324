package io.millrace.benchmarks.transports.server;

import java.util.Map;
import java.util.TreeMap;

/**
 * The process of one server: {@code TransportServer NAME PORT}. It listens on the loopback
 * interface until it is asked to end, and then says what it has received.
 */
public final class TransportServer {
  /** Windows of flow control where a library has one for connections and one for calls. */
  static final int CONNECTION_WINDOW_BYTES = 4 << 20;

  private static final Map<String, Starter> SERVERS =
      new TreeMap<>(
          Map.of(
              "agent", AgentServer::start,
              "grpc-nio", GrpcJavaServer::startNio,
              "grpc-epoll", GrpcJavaServer::startEpoll,
              "grpc-io_uring", GrpcJavaServer::startIoUring,
              "own-nio", OwnServer::startNio,
              "own-epoll", OwnServer::startEpoll,
              "vertx", VertxServer::start,
              "helidon", HelidonServer::start,
              "jetty", JettyServer::start));

  private TransportServer() {}

  /** Starts a server. */
  public static void main(String[] arguments) throws Exception {
    Starter starter = arguments.length == 2 ? SERVERS.get(arguments[0]) : null;
    if (starter == null) {
      throw new IllegalArgumentException(
          "expected: NAME PORT, NAME being one of " + SERVERS.keySet());
    }
    Receipt receipt = new Receipt();
    Runtime.getRuntime().addShutdownHook(new Thread(receipt::print));
    starter.start(Integer.parseInt(arguments[1]), receipt);
    Thread.currentThread().join();
  }

  /** Makes a server listen. */
  @FunctionalInterface
  private interface Starter {
    void start(int port, Receipt receipt) throws Exception;
  }
}
