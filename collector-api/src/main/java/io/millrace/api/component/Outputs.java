package io.millrace.api.component;

import io.millrace.api.pipeline.Consumer;
import io.millrace.api.telemetry.Signal;
import java.util.Optional;
import java.util.Set;

/** The pipelines behind a receiver or connector. Thread-safe. */
public interface Outputs {

  /** The signals that at least one pipeline takes from this component. */
  Set<Signal> signals();

  /** The consumer of a signal; empty when no pipeline takes it. */
  Optional<Consumer> of(Signal signal);
}
