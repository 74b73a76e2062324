package io.millrace.toolkit.net;

import io.millrace.api.component.StartException;
import io.millrace.api.config.Endpoint;
import java.net.BindException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Turns endpoints into addresses to listen on, and failures to do so into messages. */
public final class ListenAddress {

  private ListenAddress() {}

  /**
   * The address of an endpoint.
   *
   * @throws StartException when its host is unknown
   */
  public static InetSocketAddress of(Endpoint endpoint) throws StartException {
    if (endpoint.host().isEmpty()) {
      return new InetSocketAddress(endpoint.port());
    }
    InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
    if (address.isUnresolved()) {
      throw new StartException(endpoint + ": unknown host", null);
    }
    return address;
  }

  /** Why an endpoint cannot be listened on. */
  public static StartException failure(Endpoint endpoint, Throwable cause) {
    for (Throwable t = cause; t != null; t = next(t)) {
      if (t instanceof BindException) {
        String message = t.getMessage() == null ? "" : t.getMessage();
        String why = message.contains("in use") ? "address already in use" : message;
        return new StartException(endpoint + ": " + why, cause);
      }
    }
    return new StartException(endpoint + ": cannot listen: " + cause.getMessage(), cause);
  }

  private static @Nullable Throwable next(Throwable t) {
    return t.getCause();
  }
}
