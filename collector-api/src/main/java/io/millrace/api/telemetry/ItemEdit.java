package io.millrace.api.telemetry;

import org.jspecify.annotations.Nullable;

/** An item with changes over it. One thread at a time. */
abstract sealed class ItemEdit extends MessageEdit permits LogRecordEdit, SpanEdit, DataPointEdit {
  /** The index of an item that was not in the batch. */
  static final int NEW = -1;

  final int index;

  /** Where the item's field begins in its array; only while it is not touched. */
  final int fieldStart;

  /** What it is in now. */
  ItemList owner;

  /** Its place in the owner. */
  int place;

  /** The pass during which it came to its owner; 0 when it was there from the beginning. */
  int arrived;

  private int baseSub;
  private int copies;
  private @Nullable MessageView view;

  ItemEdit(ItemList owner, byte[] a, int fieldStart, int from, int to, int index) {
    super(a, from, to);
    this.owner = owner;
    this.fieldStart = fieldStart;
    this.index = index;
  }

  /** The same item as one that may be changed. */
  abstract EditableItem editable();

  /** A view of the bytes as they are. */
  abstract MessageView newView();

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

  /** The sub-index of its origin, which had this one to begin with. */
  final int sub(int original) {
    int base = baseSub == 0 ? original : baseSub;
    return copies == 0 ? base : mix(base, 0);
  }

  /** Gives a copy of this item a sub-index that no other item of the same origin has. */
  final void share(ItemEdit copy, int original) {
    copies++;
    copy.baseSub = mix(baseSub == 0 ? original : baseSub, copies);
  }

  /** A positive number that depends on both, so that a tree of copies gives different ones. */
  private static int mix(int sub, int child) {
    long hash = (sub * 0x9E37_79B9_7F4A_7C15L) + (child + 1) * 0xC2B2_AE3D_27D4_EB4FL;
    hash ^= hash >>> 29;
    hash *= 0xBF58_476D_1CE4_E5B9L;
    hash ^= hash >>> 32;
    return Math.max(1, (int) hash & Integer.MAX_VALUE);
  }
}
