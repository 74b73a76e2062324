package io.millrace.benchmarks.transports.server;

import io.millrace.toolkit.net.EventLoops;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Jetty's HTTP/2 server, which knows nothing of gRPC: prefix and trailers are written here. */
final class JettyServer {
  private static final int MAX_MESSAGE_BYTES = 4 << 20;
  private static final int PREFIX_BYTES = 5;
  private static final int THREADS = 8;
  private static final HttpFields TRAILERS =
      HttpFields.from(new HttpField("grpc-status", "0")).asImmutable();

  private JettyServer() {}

  static void start(int port, Receipt receipt) throws Exception {
    Server server = new Server(new QueuedThreadPool(THREADS));
    HTTP2CServerConnectionFactory http2 =
        new HTTP2CServerConnectionFactory(new HttpConfiguration());
    http2.setInitialStreamRecvWindow(EventLoops.flowControlWindow());
    http2.setInitialSessionRecvWindow(TransportServer.CONNECTION_WINDOW_BYTES);
    ServerConnector connector = new ServerConnector(server, 1, 1, http2);
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    server.addConnector(connector);
    server.setHandler(new Export(receipt));
    server.start();
  }

  private static final class Export extends Handler.Abstract.NonBlocking {
    private final Receipt receipt;

    Export(Receipt receipt) {
      this.receipt = receipt;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      Content.Source.asByteArrayAsync(
          request,
          MAX_MESSAGE_BYTES,
          Promise.Invocable.from(
              Invocable.InvocationType.NON_BLOCKING,
              body -> answer(body, response, callback),
              callback::failed));
      return true;
    }

    private void answer(byte[] body, Response response, Callback callback) {
      receipt.take(body, PREFIX_BYTES);
      response.getHeaders().put("content-type", "application/grpc");
      response.setTrailersSupplier(() -> TRAILERS);
      response.write(true, ByteBuffer.allocate(PREFIX_BYTES), callback);
    }
  }
}
