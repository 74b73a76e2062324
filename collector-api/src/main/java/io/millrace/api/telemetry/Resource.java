package io.millrace.api.telemetry;

/** Who produced the telemetry: a service, a host, a container. Immutable. */
public interface Resource {

  /** The attributes in order. */
  Attributes attributes();

  /** How many attributes the producer left out. */
  long droppedAttributesCount();
}
