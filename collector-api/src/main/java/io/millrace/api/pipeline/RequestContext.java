package io.millrace.api.pipeline;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known about the request that brought telemetry in: stored with the batch, and part of
 * batching where a configuration asks for it. Immutable.
 *
 * @param metadata headers of the request, lower-case names; empty unless the receiver has {@code
 *     include_metadata}
 * @param peer address of the sender as {@code host:port}; null for sources that have none
 * @param receivedUnixNanos the agent's clock when the telemetry came in, nanoseconds since 1970 UTC
 */
public record RequestContext(
    Map<String, List<String>> metadata, @Nullable String peer, long receivedUnixNanos) {

  public RequestContext {
    metadata = Map.copyOf(metadata);
  }

  /** A context of telemetry that came from no request, such as a file. */
  public static RequestContext local(long receivedUnixNanos) {
    return new RequestContext(Map.of(), null, receivedUnixNanos);
  }
}
