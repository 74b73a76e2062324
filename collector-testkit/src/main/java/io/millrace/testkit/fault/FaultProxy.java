package io.millrace.testkit.fault;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/**
 * A proxy on the loopback interface in front of a server. It forwards, until told to misbehave:
 * {@link #next} for the coming requests, {@link #freeze} and {@link #goDown} for all connections.
 * For HTTP/1.1 a fault meets one request; for any other protocol (gRPC, Kafka) one connection.
 * Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int MAX_KEPT_REQUESTS = 1_000;
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private final Supplier<InetSocketAddress> target;
  private final boolean http;
  private final @Nullable SSLContext tls;
  private final int port;
  private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
  private final Queue<HttpRequestHead> requests = new ConcurrentLinkedQueue<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong seen = new AtomicLong();
  private final AtomicLong forwarded = new AtomicLong();
  private final AtomicLong connections = new AtomicLong();
  private final Gate gate = new Gate();
  private @Nullable ServerSocket listener;

  private FaultProxy(Supplier<InetSocketAddress> target, boolean http, @Nullable SSLContext tls)
      throws IOException {
    this.target = target;
    this.http = http;
    this.tls = tls;
    ServerSocket socket = listen(0);
    this.port = socket.getLocalPort();
    accept(socket);
  }

  /**
   * A proxy of a server that speaks HTTP/1.1.
   *
   * @param target {@code host:port}, with or without {@code http://} before it
   */
  public static FaultProxy http(String target) throws IOException {
    return new FaultProxy(() -> address(target), true, null);
  }

  /** The same, speaking HTTPS to clients. A client's certificate is checked when it sends one. */
  public static FaultProxy https(String target, SSLContext tls) throws IOException {
    return new FaultProxy(() -> address(target), true, tls);
  }

  /** A proxy of a server that speaks any protocol over TCP. */
  public static FaultProxy tcp(String target) throws IOException {
    return new FaultProxy(() -> address(target), false, null);
  }

  /** {@code 127.0.0.1:port}. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  /** {@code http://127.0.0.1:port}, or with {@code https}. */
  public String url() {
    return (tls == null ? "http://" : "https://") + address();
  }

  /** Has the next {@code times} requests or connections meet a fault, after those told before. */
  public void next(int times, Fault fault) {
    if (!http && fault instanceof Fault.Answer) {
      throw new IllegalArgumentException("fault: " + fault + " (expected: one for TCP)");
    }
    for (int i = 0; i < times; i++) {
      faults.add(fault);
    }
  }

  /** Answers the next {@code times} requests with a status and no more. */
  public void answer(int times, int status) {
    next(times, new Fault.Answer(status, Map.of(), ""));
  }

  public void hang(int times) {
    next(times, new Fault.Hang());
  }

  public void delay(int times, Duration time) {
    next(times, new Fault.Delay(time));
  }

  public void drop(int times) {
    next(times, new Fault.Drop());
  }

  public void cutAnswer(int times, long afterBytes) {
    next(times, new Fault.CutAnswer(afterBytes));
  }

  /** Forgets faults that no request has met yet. */
  public void clearFaults() {
    faults.clear();
  }

  /** Number of faults that no request has met yet. */
  public int pendingFaults() {
    return faults.size();
  }

  /** Lets no byte through in either direction, until {@link #thaw}. */
  public void freeze() {
    gate.close();
  }

  public void thaw() {
    gate.open();
  }

  /** Cuts every connection that is open now. */
  public void cutAll() {
    for (Socket socket : open) {
      reset(socket);
    }
  }

  /** Cuts every connection and refuses new ones, until {@link #comeUp}. */
  public synchronized void goDown() throws IOException {
    ServerSocket socket = listener;
    if (socket != null) {
      socket.close();
      listener = null;
    }
    cutAll();
  }

  /** Listens again on the same port. */
  public synchronized void comeUp() throws IOException {
    if (listener == null) {
      accept(listen(port));
    }
  }

  /** Number of requests (HTTP) or connections (TCP) that came in. */
  public long seen() {
    return seen.get();
  }

  /** Number of requests or connections that were passed on to the server. */
  public long forwarded() {
    return forwarded.get();
  }

  /** Number of connections that clients have opened. */
  public long connections() {
    return connections.get();
  }

  /** The latest requests, oldest first; at most 1,000 are kept. */
  public List<HttpRequestHead> requests() {
    return new ArrayList<>(requests);
  }

  /** Cuts all connections and listens no more. */
  @Override
  public void close() throws IOException {
    gate.open();
    goDown();
  }

  Fault met() {
    seen.incrementAndGet();
    Fault fault = faults.poll();
    return fault == null ? Fault.NONE : fault;
  }

  void keep(HttpRequestHead request) {
    requests.add(request);
    if (requests.size() > MAX_KEPT_REQUESTS) {
      requests.poll();
    }
  }

  void passed() {
    forwarded.incrementAndGet();
  }

  Gate gate() {
    return gate;
  }

  /** Opens a connection to the server, which is cut with all others. */
  Socket connect() throws IOException {
    Socket socket = new Socket();
    open.add(socket);
    try {
      socket.setTcpNoDelay(true);
      socket.connect(target.get());
      return socket;
    } catch (IOException e) {
      release(socket);
      throw e;
    }
  }

  void release(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      // Closed is what it should be.
    }
  }

  /** Closes a connection so that the other side sees a reset, not an orderly end. */
  static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // Closed is what it should be.
    }
  }

  private ServerSocket listen(int wanted) throws IOException {
    int backlog = 200;
    if (tls == null) {
      return new ServerSocket(wanted, backlog, LOOPBACK);
    }
    SSLServerSocket socket =
        (SSLServerSocket)
            tls.getServerSocketFactory().createServerSocket(wanted, backlog, LOOPBACK);
    socket.setWantClientAuth(true);
    return socket;
  }

  private void accept(ServerSocket socket) {
    listener = socket;
    Thread.ofVirtual().name("fault-proxy-" + port).start(() -> acceptAll(socket));
  }

  private void acceptAll(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        client.setTcpNoDelay(true);
        connections.incrementAndGet();
        open.add(client);
        Runnable relay = http ? new HttpRelay(this, client) : new TcpRelay(this, client);
        Thread.ofVirtual().name("fault-proxy-" + port + "-relay").start(relay);
      } catch (IOException e) {
        // The listener was closed, or the client was gone before it was accepted.
      }
    }
  }

  private static InetSocketAddress address(String target) {
    String plain = target.substring(target.indexOf("//") < 0 ? 0 : target.indexOf("//") + 2);
    int colon = plain.lastIndexOf(':');
    return new InetSocketAddress(
        plain.substring(0, colon), Integer.parseInt(plain.substring(colon + 1)));
  }
}
