package io.millrace.testkit.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** One client connection of a TCP proxy, and its connection to the server. */
final class TcpRelay implements Runnable {
  private final FaultProxy proxy;
  private final Socket client;

  TcpRelay(FaultProxy proxy, Socket client) {
    this.proxy = proxy;
    this.client = client;
  }

  @Override
  public void run() {
    try {
      Fault fault = proxy.met();
      switch (fault) {
        case Fault.Hang hang -> client.getInputStream().transferTo(OutputStream.nullOutputStream());
        case Fault.Delay(var time) -> {
          Thread.sleep(time);
          relay(Long.MAX_VALUE);
        }
        case Fault.CutAnswer(var bytes) -> relay(bytes);
        case Fault.None none -> relay(Long.MAX_VALUE);
        case Fault.Drop drop -> FaultProxy.reset(client);
        case Fault.Answer answer -> FaultProxy.reset(client);
      }
    } catch (IOException e) {
      // One of the two sides has gone.
      FaultProxy.reset(client);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      proxy.release(client);
    }
  }

  private void relay(long maxAnswerBytes) throws IOException, InterruptedException {
    Socket server = proxy.connect();
    proxy.passed();
    Thread requests = Thread.ofVirtual().start(() -> pump(client, server, Long.MAX_VALUE));
    try {
      pump(server, client, maxAnswerBytes);
    } finally {
      requests.join();
      proxy.release(server);
    }
  }

  private void pump(Socket from, Socket to, long maxBytes) {
    byte[] buffer = new byte[16_384];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = new GatedOutput(to.getOutputStream(), proxy.gate(), maxBytes);
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
      }
      proxy.gate().pass();
      to.shutdownOutput();
    } catch (IOException e) {
      // Cut, or one of the two sides has gone: neither is of use without the other.
      FaultProxy.reset(from);
      FaultProxy.reset(to);
    }
  }
}
