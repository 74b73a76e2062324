package io.millrace.api.telemetry;

/** Is shown every item of a session in order. */
@FunctionalInterface
public interface EditableItemVisitor {

  /**
   * Takes one item; may change, remove or move it, and change its scope and group.
   *
   * @param group the item's resource
   * @param scope the item's scope
   * @param item the item
   */
  void visit(EditableGroup group, EditableScope scope, EditableItem item);
}
