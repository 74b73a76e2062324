package io.millrace.api.component;

import io.millrace.api.telemetry.Signal;
import java.util.Set;

/** Makes connectors. */
public interface ConnectorFactory<C extends Record> extends ComponentFactory<C> {

  /**
   * A pair of signals that the connector can join.
   *
   * @param from the signal of the pipelines that end in the connector
   * @param to the signal of the pipelines that begin with it
   */
  record Pair(Signal from, Signal to) {}

  Set<Pair> pairs();

  Connector create(ComponentContext context, C config, Outputs outputs);
}
