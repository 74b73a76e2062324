package io.millrace.api.config;

/**
 * A host and a port: {@code localhost:4317}, {@code [::1]:4317}, {@code :4317} (every interface).
 * Immutable.
 *
 * @param host name or address without brackets; empty for every interface
 * @param port 0 to 65535; 0 lets the system choose
 */
public record Endpoint(String host, int port) {

  public Endpoint {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
    }
  }

  /**
   * Reads an endpoint.
   *
   * @throws IllegalArgumentException when the text is none
   */
  public static Endpoint parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (colon < 0 || (!bracketed && host.indexOf(':') >= 0)) {
      throw new IllegalArgumentException("\"" + text + "\" (expected: host:port)");
    }
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      return new Endpoint(bracketed ? host.substring(1, host.length() - 1) : host, port);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + text + "\" (expected: host:port)", e);
    }
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
