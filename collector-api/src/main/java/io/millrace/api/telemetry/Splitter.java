package io.millrace.api.telemetry;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Cuts a batch into parts. One thread at a time. */
final class Splitter {
  private final Layout layout;
  private final int itemCount;
  private final int chunks;

  /** Sizes of the part so far, by level: what is closed, headers included. */
  private final int[] closed;

  /** The containers around the item before, and those around the next one. */
  private int[] path;

  private int[] entered;

  Splitter(Batch batch) {
    this.layout = new Layout(batch.signal(), batch.chunks(), batch.itemCount());
    this.itemCount = batch.itemCount();
    this.chunks = batch.chunks().size();
    this.closed = new int[layout.depth];
    this.path = new int[layout.depth];
    this.entered = new int[layout.depth];
  }

  Chunk range(int from, int to) {
    Assembler assembler = new Assembler(layout, bytes(from, to));
    assembler.add(from, to);
    return assembler.finish();
  }

  Chunk select(BitSet keep) {
    long size = 0;
    for (int item = keep.nextSetBit(0);
        item >= 0 && item < itemCount;
        item = keep.nextSetBit(item + 1)) {
      size += layout.end[item] - layout.start[item];
    }
    Assembler assembler = new Assembler(layout, (int) Math.min(size, Integer.MAX_VALUE - 1024));
    for (int from = keep.nextSetBit(0); from >= 0 && from < itemCount; ) {
      int to = Math.min(itemCount, keep.nextClearBit(from));
      assembler.add(from, to);
      from = keep.nextSetBit(to);
    }
    return assembler.finish();
  }

  /** Where to cut so that no part is larger than allowed unless it has one item. */
  List<Integer> cuts(int maxBytes) {
    List<Integer> cuts = new ArrayList<>();
    int begin = 0;
    for (int item = 0; item < itemCount; item++) {
      long size = add(item, item == begin);
      if (size > maxBytes && item > begin) {
        cuts.add(item);
        begin = item;
        add(item, true);
      }
    }
    return cuts;
  }

  /** Size of the part with one more item, which may be its first. */
  private long add(int item, boolean first) {
    int deepest = layout.depth - 1;
    int owner = layout.owner[item];
    if (first || path[deepest] != owner) {
      enter(owner, first);
    }
    closed[deepest] += layout.end[item] - layout.start[item];
    long size = 0;
    for (int level = deepest; level >= 0; level--) {
      size = message(closed[level] + size, level);
    }
    return size;
  }

  /** Closes what is not around the next item and opens what is. */
  private void enter(int owner, boolean first) {
    int deepest = layout.depth - 1;
    for (int level = deepest, id = owner; level >= 0; level--) {
      entered[level] = id;
      id = layout.parent[id];
    }
    int common = 0;
    while (!first && entered[common] == path[common]) {
      common++;
    }
    long inner = 0;
    for (int level = deepest; level >= common && !first; level--) {
      inner = message(closed[level] + inner, level);
    }
    for (int level = common; level <= deepest; level++) {
      closed[level] = layout.headerSize[entered[level]];
    }
    closed[Math.max(0, common - 1)] += (int) inner;
    int[] before = path;
    path = entered;
    entered = before;
  }

  /** Size of a message with its tag and length; the request has none. */
  private static long message(long content, int level) {
    return level == 0 ? content : 1 + Wire.varintSize(content) + content;
  }

  private int bytes(int from, int to) {
    if (from == to) {
      return 0;
    }
    if (chunks == 1) {
      return layout.end[to - 1] - layout.start[from];
    }
    long sum = 0;
    for (int i = from; i < to; i++) {
      sum += layout.end[i] - layout.start[i];
    }
    return (int) Math.min(sum, Integer.MAX_VALUE - 1024);
  }
}
