package io.millrace.core.config;

/** A text is no YAML, or exceeds the limits. */
final class MalformedYamlException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Place place;

  MalformedYamlException(Place place, String message) {
    super(message, null, false, false);
    this.place = place;
  }

  Place place() {
    return place;
  }
}
