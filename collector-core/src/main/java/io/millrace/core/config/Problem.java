package io.millrace.core.config;

/**
 * Something wrong with a configuration. Immutable.
 *
 * @param place where
 * @param path the key, parts joined by dots; empty for a file as a whole
 * @param message {@code "text" (expected: ...)}
 */
public record Problem(Place place, String path, String message) {

  /** {@code file:line:column path: "text" (expected: ...)}. */
  @Override
  public String toString() {
    return path.isEmpty() ? place + ": " + message : place + " " + path + ": " + message;
  }
}
