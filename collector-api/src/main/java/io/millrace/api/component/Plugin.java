package io.millrace.api.component;

import java.util.List;

/**
 * A jar's list of components. Found through {@code
 * META-INF/services/io.millrace.api.component.Plugin}; needs a public constructor without
 * parameters that does nothing else.
 */
public interface Plugin {

  /** Name for messages and {@code millrace components}, such as {@code millrace-kafka}. */
  String name();

  default List<ReceiverFactory<?>> receivers() {
    return List.of();
  }

  default List<ProcessorFactory<?>> processors() {
    return List.of();
  }

  default List<ExporterFactory<?>> exporters() {
    return List.of();
  }

  default List<ConnectorFactory<?>> connectors() {
    return List.of();
  }

  default List<ExtensionFactory<?>> extensions() {
    return List.of();
  }
}
