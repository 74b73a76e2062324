package io.millrace.core.plugin;

/** The kinds of components, in start order of their sections. */
public enum Kind {
  EXTENSION("extension"),
  EXPORTER("exporter"),
  CONNECTOR("connector"),
  PROCESSOR("processor"),
  RECEIVER("receiver");

  private final String id;

  Kind(String id) {
    this.id = id;
  }

  /** The name in messages and metrics: {@code receiver}. */
  public String id() {
    return id;
  }

  /** The section of configuration files: {@code receivers}. */
  public String section() {
    return id + "s";
  }
}
