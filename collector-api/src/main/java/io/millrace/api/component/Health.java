package io.millrace.api.component;

/** How a component is. Immutable. */
public sealed interface Health {

  Health OK = new Ok();

  record Ok() implements Health {}

  /**
   * Works partly or waits for something outside.
   *
   * @param reason one sentence
   */
  record Degraded(String reason) implements Health {}

  /**
   * Does not work and will be tried again.
   *
   * @param reason one sentence
   */
  record Failed(String reason) implements Health {}
}
