package io.millrace.api.telemetry;

/** Puts together a request of chosen items of a {@link Layout}, in order. One thread at a time. */
final class Assembler {
  private final Layout layout;
  private final WireWriter out;
  private final int[] open;
  private final int[] marks;
  private final int[] path;
  private final int guess;
  private boolean begun;
  private int items;

  /**
   * @param guess about how many bytes the items have
   */
  Assembler(Layout layout, int guess) {
    this.layout = layout;
    this.guess = guess;
    this.out = new WireWriter(guess + 256);
    this.open = new int[layout.depth];
    this.marks = new int[layout.depth];
    this.path = new int[layout.depth];
  }

  /** Adds a range of items; all are behind those added before. */
  void add(int fromItem, int toItem) {
    int item = fromItem;
    while (item < toItem) {
      int owner = layout.owner[item];
      int last = item;
      while (last + 1 < toItem
          && layout.owner[last + 1] == owner
          && layout.start[last + 1] == layout.end[last]) {
        last++;
      }
      enter(owner);
      out.raw(layout.array[owner], layout.start[item], layout.end[last]);
      item = last + 1;
    }
    items += toItem - fromItem;
  }

  /** Adds one item, whose owner may be another container than the one its bytes are in. */
  void add(int item, byte[] array) {
    enter(layout.owner[item]);
    out.raw(array, layout.start[item], layout.end[item]);
    items++;
  }

  Chunk finish() {
    if (begun) {
      close(1);
    }
    return out.toChunk(items);
  }

  private void enter(int owner) {
    int depth = path.length;
    if (begun && open[depth - 1] == owner) {
      return;
    }
    for (int level = depth - 1, id = owner; level >= 0; level--) {
      path[level] = id;
      id = layout.parent[id];
    }
    int common = 0;
    while (begun && path[common] == open[common]) {
      common++;
    }
    if (begun) {
      close(Math.max(1, common));
    }
    begun = true;
    for (int level = common; level < depth; level++) {
      int id = path[level];
      open[level] = id;
      if (level > 0) {
        marks[level] = out.begin(layout.tag[id], Math.min(layout.contentSize[id], guess));
      }
      for (int i = layout.headerFrom[id]; i < layout.headerTo(id); i += 2) {
        out.raw(layout.array[id], layout.headers[i], layout.headers[i + 1]);
      }
    }
  }

  private void close(int downTo) {
    for (int level = open.length - 1; level >= downTo; level--) {
      out.end(marks[level]);
    }
  }
}
