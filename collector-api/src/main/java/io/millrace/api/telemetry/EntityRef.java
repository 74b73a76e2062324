package io.millrace.api.telemetry;

import java.util.List;

/**
 * Says which attributes of a resource identify and which describe an entity of it. Immutable.
 *
 * @param schemaUrl where the schema of the entity is described; empty when unknown
 * @param type the type of entity, e.g. {@code service}
 * @param idKeys keys of the attributes that identify it
 * @param descriptionKeys keys of the attributes that describe it
 */
public record EntityRef(
    String schemaUrl, String type, List<String> idKeys, List<String> descriptionKeys) {

  /** Copies the lists. */
  public EntityRef {
    idKeys = List.copyOf(idKeys);
    descriptionKeys = List.copyOf(descriptionKeys);
  }
}
