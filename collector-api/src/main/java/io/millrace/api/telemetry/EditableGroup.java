package io.millrace.api.telemetry;

import java.util.List;

/** The telemetry of one resource while it is changed. One thread at a time. */
public interface EditableGroup {

  /** The resource's attributes. */
  EditableAttributes attributes();

  /** Where the schema of the resource is described; empty when unknown. */
  String schemaUrl();

  /** Sets where the schema of the resource is described. */
  void schemaUrl(String url);

  /** The scopes in order, added ones last. Each call starts anew and shows what is there now. */
  Iterable<EditableScope> scopes();

  /** Adds a scope at the end; it vanishes when it stays without items. */
  EditableScope addScope(String name, String version);

  /** Removes the group and all its items. */
  void remove();

  /** How many attributes of the resource the producer left out. */
  long droppedAttributesCount();

  /** Sets how many attributes of the resource the producer left out. */
  void droppedAttributesCount(long count);

  /** Which attributes make up the entities of the resource. */
  List<EntityRef> entityRefs();

  /** Sets which attributes make up the entities of the resource. */
  void entityRefs(List<EntityRef> refs);
}
