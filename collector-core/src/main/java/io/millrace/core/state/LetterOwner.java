package io.millrace.core.state;

import io.millrace.api.component.ComponentId;

/**
 * Whose a dead letter is. Immutable.
 *
 * @param kind the component's kind, such as {@code exporter}
 * @param id the component's id
 * @param pipeline the pipeline of a component that has an instance in each; else empty
 */
public record LetterOwner(String kind, ComponentId id, String pipeline) {

  /** A component with one instance for all pipelines. */
  public static LetterOwner of(String kind, ComponentId id) {
    return new LetterOwner(kind, id, "");
  }

  /** The name in health, metrics and messages: {@code exporter:kafka/a}. */
  public String name() {
    return kind + ":" + id;
  }

  String fileName() {
    return FileNames.safe(kind + "-" + id) + LetterFiles.SUFFIX;
  }
}
