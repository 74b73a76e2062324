package io.millrace.api.telemetry;

import java.util.Arrays;
import java.util.List;

/**
 * Where the items of a batch are, and what surrounds them: made in one pass, so that any number of
 * parts can be cut without going through the batch again.
 */
final class Layout {
  /** Number of the container around each item. */
  final int[] owner;

  final int[] start;
  final int[] end;

  /**
   * By container: the array it is in, the container around it (-1 for a request), its tag, its
   * size.
   */
  byte[][] array = new byte[8][];

  int[] parent = new int[8];
  int[] tag = new int[8];
  int[] contentSize = new int[8];

  /** By container: where its other fields are listed in {@link #headers}, and their size. */
  int[] headerFrom = new int[9];

  int[] headerSize = new int[8];

  /** Pairs of positions. */
  int[] headers = new int[16];

  /** How many containers are around an item, the request included. */
  final int depth;

  private int containers;
  private int items;
  private int headerEnd;

  Layout(Signal signal, List<Chunk> chunks, int itemCount) {
    owner = new int[itemCount];
    start = new int[itemCount];
    end = new int[itemCount];
    depth = signal == Signal.METRICS ? 5 : 3;
    for (Chunk chunk : chunks) {
      scan(MessageType.request(signal), chunk.array(), chunk.from(), chunk.to(), -1, 0);
    }
  }

  /** Number of containers. */
  int containers() {
    return containers;
  }

  /** Content of a container that is no item and leads to none. */
  int headerTo(int container) {
    return headerFrom[container + 1];
  }

  private void scan(MessageType type, byte[] a, int from, int to, int parentId, int ownTag) {
    int id = container(a, from, to, parentId, ownTag);
    boolean nested = false;
    int run = from;
    Fields field = new Fields(a, from, to);
    while (field.next()) {
      MessageType child = type.child(field.tag);
      if (child != null && (child.item || child.container)) {
        header(id, run, field.start);
        run = field.to;
        if (child.item) {
          owner[items] = id;
          start[items] = field.start;
          end[items++] = field.to;
        } else {
          nested = true;
        }
      }
    }
    header(id, run, to);
    headerFrom[id + 1] = headerEnd;
    if (nested) {
      Fields again = new Fields(a, from, to);
      while (again.next()) {
        MessageType child = type.child(again.tag);
        if (child != null && child.container) {
          scan(child, a, again.from, again.to, id, again.tag);
        }
      }
    }
  }

  private int container(byte[] a, int from, int to, int parentId, int ownTag) {
    int id = containers++;
    if (id == parent.length) {
      int more = 2 * id;
      array = Arrays.copyOf(array, more);
      parent = Arrays.copyOf(parent, more);
      tag = Arrays.copyOf(tag, more);
      contentSize = Arrays.copyOf(contentSize, more);
      headerSize = Arrays.copyOf(headerSize, more);
      headerFrom = Arrays.copyOf(headerFrom, more + 1);
    }
    array[id] = a;
    parent[id] = parentId;
    tag[id] = ownTag;
    contentSize[id] = to - from;
    return id;
  }

  private void header(int id, int from, int to) {
    if (from == to) {
      return;
    }
    if (headerEnd + 2 > headers.length) {
      headers = Arrays.copyOf(headers, 2 * headers.length);
    }
    headers[headerEnd++] = from;
    headers[headerEnd++] = to;
    headerSize[id] += to - from;
  }
}
