package io.millrace.api.telemetry;

/** The library or module that produced telemetry. Immutable. */
public interface Scope {

  /** The name; empty when unknown. */
  String name();

  /** The version; empty when unknown. */
  String version();

  /** The attributes in order. */
  Attributes attributes();

  /** How many attributes the producer left out. */
  long droppedAttributesCount();
}
