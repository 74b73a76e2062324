package io.millrace.toolkit.net;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** The other end of a connection as text. */
public final class PeerAddress {

  private PeerAddress() {}

  /** The address as {@code host:port}, by number; null when it is none of the internet's. */
  public static @Nullable String text(@Nullable SocketAddress address) {
    if (!(address instanceof InetSocketAddress peer) || peer.getAddress() == null) {
      return null;
    }
    String host = peer.getAddress().getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + peer.getPort();
  }
}
