package io.millrace.api.telemetry;

/** A kind of telemetry that has pipelines of its own. */
public enum Signal {
  LOGS("logs"),
  METRICS("metrics"),
  TRACES("traces");

  private final String id;

  Signal(String id) {
    this.id = id;
  }

  /** The name in configuration files: {@code logs}, {@code metrics}, {@code traces}. */
  public String id() {
    return id;
  }
}
