package io.millrace.api.telemetry;

import java.util.IdentityHashMap;

/**
 * Sub-indexes of the items of a session that were copied and of their copies, so that no two items
 * of the same origin have the same one, however often copies are copied. One thread at a time.
 */
final class SubIndexes {
  private final IdentityHashMap<ItemEdit, Entry> entries = new IdentityHashMap<>();

  /** Gives an item and its copy, which both had this one to begin with, others of their own. */
  void share(ItemEdit source, ItemEdit copy, int original) {
    Entry entry = entries.computeIfAbsent(source, item -> new Entry(original));
    entry.copies++;
    entries.put(copy, new Entry(mix(entry.base, entry.copies)));
  }

  /** The sub-index of an item that had this one to begin with. */
  int of(ItemEdit item, int original) {
    Entry entry = entries.get(item);
    if (entry == null) {
      return original;
    }
    return entry.copies == 0 ? entry.base : mix(entry.base, 0);
  }

  /** A positive number that depends on both, so that a tree of copies gives different ones. */
  private static int mix(int sub, int child) {
    long hash = (sub * 0x9E37_79B9_7F4A_7C15L) + (child + 1) * 0xC2B2_AE3D_27D4_EB4FL;
    hash ^= hash >>> 29;
    hash *= 0xBF58_476D_1CE4_E5B9L;
    hash ^= hash >>> 32;
    return Math.max(1, (int) hash & Integer.MAX_VALUE);
  }

  private static final class Entry {
    private final int base;
    private int copies;

    Entry(int base) {
      this.base = base;
    }
  }
}
