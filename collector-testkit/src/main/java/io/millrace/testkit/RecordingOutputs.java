package io.millrace.testkit;

import io.millrace.api.component.Outputs;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.telemetry.Signal;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Outputs with a {@link RecordingConsumer} for each signal. Thread-safe. */
public final class RecordingOutputs implements Outputs {
  private final Map<Signal, RecordingConsumer> consumers = new EnumMap<>(Signal.class);

  private RecordingOutputs() {}

  /** Outputs of these signals; the others have no pipeline. */
  public static RecordingOutputs forSignals(Signal... signals) {
    return forSignals(Set.of(signals));
  }

  /** Outputs of these signals; the others have no pipeline. */
  public static RecordingOutputs forSignals(Set<Signal> signals) {
    RecordingOutputs outputs = new RecordingOutputs();
    signals.forEach(signal -> outputs.consumers.put(signal, new RecordingConsumer()));
    return outputs;
  }

  @Override
  public Set<Signal> signals() {
    return Set.copyOf(consumers.keySet());
  }

  @Override
  public Optional<Consumer> of(Signal signal) {
    return Optional.ofNullable(consumers.get(signal));
  }

  /**
   * The consumer of a signal.
   *
   * @throws IllegalArgumentException when these outputs have none
   */
  public RecordingConsumer consumer(Signal signal) {
    RecordingConsumer consumer = consumers.get(signal);
    if (consumer == null) {
      throw new IllegalArgumentException(
          "signal: " + signal + " (expected: one of " + signals() + ")");
    }
    return consumer;
  }

  /** The consumer of logs. */
  public RecordingConsumer logs() {
    return consumer(Signal.LOGS);
  }
}
