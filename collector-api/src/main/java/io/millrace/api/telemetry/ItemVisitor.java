package io.millrace.api.telemetry;

/** Is shown every item of a batch in order. */
@FunctionalInterface
public interface ItemVisitor {

  /**
   * Takes one item. The three may be kept; they are not reused.
   *
   * @param group the item's resource
   * @param scope the item's scope
   * @param item the item
   */
  void visit(ResourceGroup group, ScopeGroup scope, Item item);
}
