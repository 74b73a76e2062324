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
  private int[] closed;

  private int[] path;

  Splitter(Batch batch) {
    this.layout = new Layout(batch.signal(), batch.chunks(), batch.itemCount());
    this.itemCount = batch.itemCount();
    this.chunks = batch.chunks().size();
    this.closed = new int[layout.depth];
    this.path = new int[layout.depth];
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
    int[] closedAfter = new int[layout.depth];
    int[] pathAfter = new int[layout.depth];
    for (int item = 0; item < itemCount; item++) {
      long size = add(item, item == begin, closedAfter, pathAfter);
      if (size > maxBytes && item > begin) {
        cuts.add(item);
        begin = item;
        add(item, true, closedAfter, pathAfter);
      }
      int[] swap = closed;
      closed = closedAfter;
      closedAfter = swap;
      swap = path;
      path = pathAfter;
      pathAfter = swap;
    }
    return cuts;
  }

  /** Size of the part with one more item; the state afterwards goes into the last two arguments. */
  private long add(int item, boolean first, int[] closedAfter, int[] pathAfter) {
    int deepest = layout.depth - 1;
    int id = layout.owner[item];
    if (!first && path[deepest] == id) {
      System.arraycopy(closed, 0, closedAfter, 0, closed.length);
      System.arraycopy(path, 0, pathAfter, 0, path.length);
    } else {
      for (int level = deepest; level >= 0; level--) {
        pathAfter[level] = id;
        id = layout.parent[id];
      }
      int common = 0;
      while (!first && pathAfter[common] == path[common]) {
        common++;
      }
      long inner = 0;
      for (int level = deepest; level >= common && !first; level--) {
        inner = message(closed[level] + inner, level);
      }
      for (int level = 0; level <= deepest; level++) {
        if (level < common) {
          closedAfter[level] = closed[level] + (level == common - 1 ? (int) inner : 0);
        } else {
          closedAfter[level] = layout.headerSize[pathAfter[level]];
        }
      }
      if (common == 0 && !first) {
        closedAfter[0] += (int) inner;
      }
    }
    closedAfter[deepest] += layout.end[item] - layout.start[item];
    long size = 0;
    for (int level = deepest; level >= 0; level--) {
      size = message(closedAfter[level] + size, level);
    }
    return size;
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
