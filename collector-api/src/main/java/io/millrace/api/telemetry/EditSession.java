package io.millrace.api.telemetry;

/**
 * A batch while it is changed, inside {@link Batch#edit}. Reads see earlier writes, across
 * resource, scope, metric and item: an attribute that one item writes to its resource is seen by
 * the items after it. At the end every touched message is encoded once and everything else is
 * copied as bytes. Groups, scopes and metrics whose last item was removed or moved away vanish.
 *
 * <p>Confined to the thread and the time of the callback; nothing of it may be changed later.
 */
public interface EditSession {

  /** What kind of telemetry this is. */
  Signal signal();

  /** The groups in order, added ones last. Each call starts anew and shows what is there now. */
  Iterable<EditableGroup> groups();

  /** Shows every item in order; items that arrive meanwhile by a move or a copy are not shown. */
  void forEachItem(EditableItemVisitor visitor);

  /** Adds a group with an empty resource at the end; it vanishes when it stays without items. */
  EditableGroup addGroup();
}
