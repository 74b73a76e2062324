package io.millrace.api.telemetry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A batch with changes over it. One thread at a time. */
final class SessionEdit implements EditSession {
  private static final int GROUPS = Wire.tag(1, Wire.LEN);

  /** Larger results grow into their size. */
  private static final int MAX_GUESS = 1 << 30;

  private final Batch batch;
  private final Thread owner = Thread.currentThread();
  private final List<GroupEdit> groups = new ArrayList<>();

  /** By place in the result: the item it was, and its sub-index where that changed. */
  private int[] order = {};

  private final Map<Integer, Integer> subs = new HashMap<>(0);
  private @Nullable SubIndexes shared;

  /** For loops in which nobody else begins one, and for loops around such loops. */
  private final Fields cursor = new Fields(Wire.NOTHING, 0, 0);

  private final Fields outerCursor = new Fields(Wire.NOTHING, 0, 0);
  private int written;
  private int itemCount;
  private int pass;
  private long growth;
  private boolean changed;
  private boolean restructured;
  private boolean closed;

  private SessionEdit(Batch batch) {
    this.batch = batch;
    this.itemCount = batch.itemCount();
    int next = 0;
    GroupEdit before = null;
    for (Chunk chunk : batch.chunks()) {
      Fields field = new Fields(chunk.array(), chunk.from(), chunk.to());
      while (field.next()) {
        if (field.tag == GROUPS) {
          next += before == null ? 0 : before.count();
          before = new GroupEdit(this, chunk.array(), field.from, field.to, next, false);
          groups.add(before);
        }
      }
    }
  }

  /** Runs a session over a batch and answers the result; the same batch when nothing changed. */
  static Batch run(Batch batch, Consumer<? super EditSession> edits) {
    SessionEdit session = new SessionEdit(batch);
    try {
      edits.accept(session);
    } finally {
      session.closed = true;
    }
    return session.changed ? session.commit() : batch;
  }

  @Override
  public Signal signal() {
    return batch.signal();
  }

  @Override
  public Iterable<EditableGroup> groups() {
    return () -> {
      List<EditableGroup> present = new ArrayList<>();
      for (GroupEdit group : groups) {
        if (!group.isRemoved()) {
          present.add(group);
        }
      }
      return present.iterator();
    };
  }

  @Override
  public void forEachItem(EditableItemVisitor visitor) {
    pass++;
    int end = groups.size();
    for (int i = 0; i < end; i++) {
      groups.get(i).visit(visitor, pass);
    }
  }

  @Override
  public EditableGroup addGroup() {
    changing();
    GroupEdit group = new GroupEdit(this, Wire.NOTHING, 0, 0, 0, true);
    groups.add(group);
    return group;
  }

  Origins origins() {
    return batch.origins();
  }

  int pass() {
    return pass;
  }

  void check() {
    if (closed) {
      throw new IllegalStateException("The session is over");
    }
    if (!owner.equals(Thread.currentThread())) {
      throw new IllegalStateException("The session belongs to thread " + owner.getName());
    }
  }

  void changing() {
    check();
    changed = true;
  }

  /** Items went, came or changed places. */
  void restructured() {
    restructured = true;
  }

  boolean isRestructured() {
    return restructured;
  }

  /** About how many bytes the result has more than the batch. */
  void grown(int bytes) {
    growth += bytes;
  }

  void left() {
    itemCount--;
  }

  void arrived() {
    itemCount++;
  }

  /** Gives an item and its copy sub-indexes of their own. */
  void share(ItemEdit source, ItemEdit copy) {
    if (origins().isNone()) {
      return;
    }
    SubIndexes known = shared;
    if (known == null) {
      known = new SubIndexes();
      shared = known;
    }
    // Written as it stood, it would keep the sub-index that its next copies count from.
    source.changing();
    known.share(source, copy, originalSub(source.index));
  }

  /** To go through a message with, in a loop in which nobody else begins one. */
  Fields cursor() {
    return cursor;
  }

  /** To go through a message with, in a loop in which {@link #cursor} is used. */
  Fields outerCursor(byte[] a, int from, int to) {
    outerCursor.reset(a, from, to);
    return outerCursor;
  }

  /** How many items there are in a message that leads to items. */
  int count(MessageType type, byte[] a, int from, int to) {
    cursor.reset(a, from, to);
    return Items.count(type, cursor, from, to);
  }

  /** An item was written. */
  void written(ItemEdit item) {
    if (restructured) {
      SubIndexes known = shared;
      if (known != null && item.index >= 0) {
        int original = originalSub(item.index);
        int sub = known.of(item, original);
        if (sub != original) {
          subs.put(written, sub);
        }
      }
      written(item.index, 1);
    }
  }

  /** Items were written as they stood. */
  void written(int first, int count) {
    if (written + count > order.length) {
      order = Arrays.copyOf(order, Math.max(written + count, 2 * order.length + 16));
    }
    for (int i = 0; i < count; i++) {
      order[written++] = first + i;
    }
  }

  private int originalSub(int index) {
    return origins().isNone() || index < 0 ? 0 : origins().sub(index);
  }

  private Batch commit() {
    long size = Math.max(0, batch.sizeBytes() + growth);
    // A twentieth more than the guess spares growing, and is too little to be worth cutting off.
    WireWriter out = new WireWriter((int) Math.min(size + size / 20 + 256, MAX_GUESS));
    for (Chunk chunk : batch.chunks()) {
      Fields field = new Fields(chunk.array(), chunk.from(), chunk.to());
      while (field.next()) {
        if (field.tag != GROUPS) {
          out.raw(chunk.array(), field.start, field.to);
        }
      }
    }
    for (GroupEdit group : groups) {
      group.writeTo(out);
    }
    if (out.size == 0) {
      return Batch.empty(signal());
    }
    return Batch.of(signal(), List.of(out.toChunk(itemCount)), committedOrigins());
  }

  private Origins committedOrigins() {
    Origins origins = origins();
    if (origins.isNone() || !restructured) {
      return origins;
    }
    if (itemCount == 0) {
      return Origins.NONE;
    }
    boolean ascending = subs.isEmpty();
    for (int i = 1; i < written && ascending; i++) {
      ascending = order[i - 1] < order[i];
    }
    if (ascending) {
      BitSet kept = new BitSet(batch.itemCount());
      for (int i = 0; i < written; i++) {
        kept.set(order[i]);
      }
      return origins.select(kept);
    }
    Origins.Builder builder = Origins.builder();
    for (int i = 0; i < written; i++) {
      int item = order[i];
      int sub = subs.getOrDefault(i, origins.sub(item));
      builder.append(origins.stream(item), origins.start(item), origins.end(item), sub);
    }
    return builder.build();
  }
}
