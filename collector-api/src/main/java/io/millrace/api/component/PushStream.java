package io.millrace.api.component;

import io.millrace.api.telemetry.Origins;

/**
 * Numbers telemetry that came without an origin: a stream of (agent, component, persisted epoch)
 * with a sequence. The epoch rises at every start, so that numbers never repeat. Thread-safe.
 */
public interface PushStream {

  /** The origins of the next {@code items} items. */
  Origins next(int items);
}
