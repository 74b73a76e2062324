package io.millrace.api.component;

import io.millrace.api.telemetry.Signal;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Describes one type of component and makes its instances. Immutable and thread-safe; creates
 * components without touching files or the network, which belongs into {@link Component#start}.
 *
 * @param <C> the configuration: a record as {@link io.millrace.api.config} describes
 */
public interface ComponentFactory<C extends Record> {

  /** The type in configuration files: lower-case letters, digits and {@code _}. */
  String type();

  /** Other spellings of the type that configuration files may use. */
  default List<String> aliases() {
    return List.of();
  }

  Stability stability();

  /** The configuration record. */
  Class<C> configType();

  /** The signals that instances handle; empty for extensions and connectors. */
  Set<Signal> signals();

  /** Those of {@link #signals} that an instance with this configuration handles: all, mostly. */
  default Set<Signal> signals(C config) {
    return signals();
  }

  /**
   * What is acknowledged and lost in a crash, for {@code validate} and the start-up log: a few
   * words such as "the counts of up to 60 s". Of a processor or connector that absorbs; others lose
   * nothing.
   */
  default Optional<String> lostInACrash(C config) {
    return Optional.empty();
  }
}
