package io.millrace.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Picks free ports of the loopback interface. They lie below the range from which systems take
 * ports of outgoing connections, so that a server that is down for a moment finds its port free
 * again. Another process may still be faster; whoever starts a server tries again then.
 */
public final class LoopbackPorts {
  private static final int LOWEST = 15_000;
  private static final int BEYOND = 32_000;
  private static final int MAX_ATTEMPTS = 1_000;

  private LoopbackPorts() {}

  /** One free port. */
  public static int free() {
    return free(1).get(0);
  }

  /** Different free ports. */
  public static List<Integer> free(int count) {
    List<Integer> ports = new ArrayList<>(count);
    IOException last = new IOException("no port tried");
    for (int attempt = 0; attempt < MAX_ATTEMPTS && ports.size() < count; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, BEYOND);
      if (ports.contains(port)) {
        continue;
      }
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
        ports.add(socket.getLocalPort());
      } catch (IOException e) {
        last = e;
      }
    }
    if (ports.size() < count) {
      throw new UncheckedIOException("no free port on 127.0.0.1", last);
    }
    return List.copyOf(ports);
  }
}
