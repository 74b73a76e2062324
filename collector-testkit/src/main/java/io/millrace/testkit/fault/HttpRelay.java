package io.millrace.testkit.fault;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One client connection of an HTTP proxy, and its connection to the server. */
final class HttpRelay implements Runnable {
  private final FaultProxy proxy;
  private final Socket client;
  private @Nullable Socket server;

  HttpRelay(FaultProxy proxy, Socket client) {
    this.proxy = proxy;
    this.client = client;
  }

  @Override
  public void run() {
    try {
      InputStream in = new BufferedInputStream(client.getInputStream());
      OutputStream out = new GatedOutput(client.getOutputStream(), proxy.gate(), Long.MAX_VALUE);
      boolean goesOn = true;
      while (goesOn) {
        HttpMessage request = HttpMessage.read(in);
        if (request == null) {
          return;
        }
        goesOn = relay(request, in, out);
      }
    } catch (IOException e) {
      // One of the two sides has gone, or the answer was to be cut here.
      FaultProxy.reset(client);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      proxy.release(client);
      if (server != null) {
        proxy.release(server);
      }
    }
  }

  /** Handles one request; returns whether another may follow. */
  private boolean relay(HttpMessage request, InputStream in, OutputStream out)
      throws IOException, InterruptedException {
    proxy.keep(new HttpRequestHead(request.part(0), request.part(1), request.headers()));
    Fault fault = proxy.met();
    return switch (fault) {
      case Fault.None none -> forward(request, in, out);
      case Fault.Delay(var time) -> {
        Thread.sleep(time);
        yield forward(request, in, out);
      }
      case Fault.CutAnswer(var bytes) -> {
        forward(request, in, new GatedOutput(client.getOutputStream(), proxy.gate(), bytes));
        throw new IOException("cut after a whole answer");
      }
      case Fault.Answer answer -> {
        invite(request, out);
        request.copyRequestBody(in, OutputStream.nullOutputStream());
        out.write(encode(answer));
        out.flush();
        yield !request.has("connection", "close");
      }
      case Fault.Hang hang -> {
        invite(request, out);
        in.transferTo(OutputStream.nullOutputStream());
        yield false;
      }
      case Fault.Drop drop -> throw new IOException("dropped");
    };
  }

  private boolean forward(HttpMessage request, InputStream in, OutputStream out)
      throws IOException {
    Socket upstream = server;
    if (upstream == null) {
      upstream = proxy.connect();
      server = upstream;
    }
    proxy.passed();
    OutputStream toServer =
        new BufferedOutputStream(
            new GatedOutput(upstream.getOutputStream(), proxy.gate(), Long.MAX_VALUE));
    toServer.write(request.bytes());
    if (request.has("expect", "100-continue")) {
      toServer.flush();
    } else {
      request.copyRequestBody(in, toServer);
      toServer.flush();
    }
    InputStream fromServer = new BufferedInputStream(upstream.getInputStream());
    while (true) {
      HttpMessage answer = HttpMessage.read(fromServer);
      if (answer == null) {
        throw new IOException("the server has closed the connection");
      }
      BufferedOutputStream toClient = new BufferedOutputStream(out);
      toClient.write(answer.bytes());
      boolean goesOn = answer.copyAnswerBody(request.part(0), fromServer, toClient);
      toClient.flush();
      if (answer.part(1).equals("100")) {
        request.copyRequestBody(in, toServer);
        toServer.flush();
      } else {
        return goesOn && !request.has("connection", "close");
      }
    }
  }

  /** Asks for the body where the client waits to be asked. */
  private static void invite(HttpMessage request, OutputStream out) throws IOException {
    if (request.has("expect", "100-continue")) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
  }

  private static byte[] encode(Fault.Answer answer) {
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    StringBuilder head =
        new StringBuilder("HTTP/1.1 ").append(answer.status()).append(" Fault\r\n");
    answer.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    byte[] bytes = head.toString().getBytes(StandardCharsets.ISO_8859_1);
    byte[] whole = new byte[bytes.length + body.length];
    System.arraycopy(bytes, 0, whole, 0, bytes.length);
    System.arraycopy(body, 0, whole, bytes.length, body.length);
    return whole;
  }
}
