package io.millrace.core.graph;

import io.millrace.api.pipeline.Consumer;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.component.Identity;
import io.millrace.core.state.StoredLetter;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the dead letters of each component go when they are handed on again: an exporter's to its
 * queue alone, since its siblings have them; a processor's and a connector's to itself; a
 * receiver's to its pipelines. Filled by one thread, then only read.
 */
final class ReplayTargets {
  private final Map<Key, Consumer> consumers = new HashMap<>();

  private record Key(String component, String pipeline, Signal signal) {}

  void add(Identity component, Signal signal, Consumer consumer) {
    consumers.put(new Key(component.name(), component.pipeline(), signal), consumer);
  }

  /** Where a letter goes; null when the configuration has no such component for its signal. */
  @Nullable Consumer of(StoredLetter letter) {
    Signal signal = letter.signal();
    return signal == null
        ? null
        : consumers.get(new Key(letter.component(), letter.pipeline(), signal));
  }
}
