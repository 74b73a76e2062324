package io.millrace.api.telemetry;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings the items of equal resources and scopes together. Containers are equal when what surrounds
 * their items is, byte for byte. One thread at a time.
 */
final class Regrouper {
  /** The request, its groups and their scopes are brought together, metrics stay as they are. */
  private static final int LEVELS = 3;

  private static final int NONE = -1;

  private final Batch batch;
  private final Layout layout;

  /** By container: its level, and the first one that is equal to it. */
  private final int[] level;

  private final int[] first;

  /** The items in the order of the result. */
  private final int[] order;

  Regrouper(Batch batch) {
    this.batch = batch;
    this.layout = new Layout(batch.signal(), batch.chunks(), batch.itemCount());
    this.level = new int[layout.containers()];
    this.first = new int[layout.containers()];
    this.order = new int[batch.itemCount()];
  }

  /** The batch with its items brought together; the same one when they are already. */
  Batch regrouped() {
    if (batch.isEmpty() || !findEqual()) {
      return batch;
    }
    sort();
    Assembler assembler = new Assembler(layout, batch.sizeBytes());
    int[] owners = layout.owner.clone();
    for (int id = 0; id < first.length; id++) {
      layout.parent[id] = layout.parent[id] < 0 ? NONE : first[layout.parent[id]];
    }
    for (int item = 0; item < owners.length; item++) {
      layout.owner[item] = first[owners[item]];
    }
    for (int item : order) {
      assembler.add(item, layout.array[owners[item]]);
    }
    return Batch.of(batch.signal(), List.of(assembler.finish()), batch.origins().reordered(order));
  }

  /** Whether any two containers with items are equal. */
  private boolean findEqual() {
    boolean any = false;
    Map<ByteBuffer, Integer> known = new HashMap<>();
    for (int id = 0; id < first.length; id++) {
      int parent = layout.parent[id];
      level[id] = parent < 0 ? 0 : level[parent] + 1;
      first[id] = id;
      if (level[id] < LEVELS) {
        Integer equal = known.putIfAbsent(key(parent < 0 ? NONE : first[parent], id), id);
        if (equal != null) {
          first[id] = equal;
          any = true;
        }
      }
    }
    return any;
  }

  /** The container around it and what it has besides items. */
  private ByteBuffer key(int parent, int id) {
    ByteBuffer key = ByteBuffer.allocate(4 + layout.headerSize[id]).putInt(parent);
    for (int i = layout.headerFrom[id]; i < layout.headerTo(id); i += 2) {
      key.put(layout.array[id], layout.headers[i], layout.headers[i + 1] - layout.headers[i]);
    }
    return key.flip();
  }

  /** Puts the items in the order of their containers, those of one container in their own. */
  private void sort() {
    int[] child = new int[first.length];
    int[] next = new int[first.length];
    Arrays.fill(child, NONE);
    int roots = NONE;
    for (int id = first.length - 1; id >= 0; id--) {
      if (first[id] == id) {
        int parent = layout.parent[id];
        if (parent < 0) {
          next[id] = roots;
          roots = id;
        } else {
          next[id] = child[first[parent]];
          child[first[parent]] = id;
        }
      }
    }
    int[] rank = new int[first.length];
    rank(roots, child, next, rank, 0);
    int[] place = new int[first.length + 1];
    for (int owner : layout.owner) {
      place[rank[first[owner]] + 1]++;
    }
    for (int i = 1; i < place.length; i++) {
      place[i] += place[i - 1];
    }
    for (int item = 0; item < order.length; item++) {
      order[place[rank[first[layout.owner[item]]]]++] = item;
    }
  }

  /** Numbers containers, outer ones before inner ones; answers the number after the last one. */
  private static int rank(int ids, int[] child, int[] next, int[] rank, int from) {
    int at = from;
    for (int id = ids; id != NONE; id = next[id]) {
      rank[id] = at++;
      at = rank(child[id], child, next, rank, at);
    }
    return at;
  }
}
