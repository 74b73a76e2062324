package io.millrace.api.telemetry;

import java.util.List;

/** Who produced the telemetry: a service, a host, a container. Immutable. */
public interface Resource {

  /** The attributes in order. */
  Attributes attributes();

  /** How many attributes the producer left out. */
  long droppedAttributesCount();

  /** Which attributes make up the entities of the resource. */
  List<EntityRef> entityRefs();
}
