package io.millrace.api.telemetry;

import org.jspecify.annotations.Nullable;

/** An item with changes over it. One thread at a time. */
abstract sealed class ItemEdit extends MessageEdit permits LogRecordEdit, SpanEdit, DataPointEdit {
  /** The index of an item that was not in the batch. */
  static final int NEW = -1;

  final int index;

  /** How many bytes of the item's field are before it in its array: none, or tag and length. */
  private final byte headBytes;

  /** What it is in now. */
  ItemList owner;

  /** Its place in the owner. */
  int place;

  /** The pass during which it came to its owner; 0 when it was there from the beginning. */
  int arrived;

  private @Nullable MessageView view;

  ItemEdit(ItemList owner, byte[] a, int fieldStart, int from, int to, int index) {
    super(a, from, to, owner.session().cursor());
    this.owner = owner;
    this.headBytes = (byte) (from - fieldStart);
    this.index = index;
  }

  /** The same item as one that may be changed. */
  abstract EditableItem editable();

  /** A view of the bytes as they are. */
  abstract MessageView newView();

  /** Where the item's field begins in its array; only while it is not touched. */
  final int fieldStart() {
    return from - headBytes;
  }

  public final int index() {
    return index;
  }

  public final void remove() {
    owner.session().check();
    owner.remove(this);
  }

  @Override
  final void changing() {
    owner.changing();
  }

  @Override
  final void grown(int bytes) {
    owner.session().grown(bytes);
  }

  @Override
  final void rebased() {
    view = null;
  }

  /** A view in which a field reads as it is now; number 0 stands for every field. */
  final MessageView read(int number) {
    if (hasPatch(number)) {
      flatten();
    }
    MessageView current = view;
    if (current == null) {
      current = newView();
      view = current;
    }
    return current;
  }
}
