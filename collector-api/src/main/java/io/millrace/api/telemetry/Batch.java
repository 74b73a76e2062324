package io.millrace.api.telemetry;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Telemetry of one signal on its way: the bytes of an OTLP export request, read in place. Every
 * change makes a new batch; what did not change is shared. Immutable and thread-safe, so fan-out,
 * queues and retries hand on the same instance.
 *
 * <p>Items are log records, spans, data points or profiles. A group or scope without items is kept
 * as long as nothing is cut; {@link #slice}, {@link #select} and the splits leave it out.
 *
 * <p>Items of a signal that is not {@linkplain Signal#isReadable readable} can be counted and cut;
 * methods that read, change or join them throw {@link UnsupportedOperationException}.
 */
public abstract sealed class Batch permits Logs, Metrics, Profiles, Traces {
  private static final int GROUPS = Wire.tag(1, Wire.LEN);

  /** An array's and a batch's own share, about. */
  private static final int OVERHEAD_BYTES = 64;

  private final Signal signal;
  private final List<Chunk> chunks;
  private final int itemCount;
  private final int sizeBytes;
  private final Origins origins;

  Batch(Signal signal, List<Chunk> chunks, Origins origins) {
    this.signal = signal;
    this.chunks = chunks;
    this.origins = origins;
    long items = 0;
    long bytes = 0;
    for (Chunk chunk : chunks) {
      items += chunk.items();
      bytes += chunk.size();
    }
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("size: " + bytes + " bytes (expected: below 2 GiB)");
    }
    this.itemCount = (int) items;
    this.sizeBytes = (int) bytes;
  }

  /**
   * Reads an export request, which is checked down to the leaves; nothing structural fails later.
   *
   * @param bytes the request; belongs to the batch from now on and must not be changed
   * @throws MalformedTelemetryException when the bytes are no request; never read them again
   */
  public static Batch read(Signal signal, byte[] bytes) throws MalformedTelemetryException {
    return read(signal, bytes, 0, bytes.length);
  }

  /** The same for a range of bytes; the whole array stays alive with the batch. */
  public static Batch read(Signal signal, byte[] bytes, int offset, int length)
      throws MalformedTelemetryException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    Chunk chunk = Door.enter(MessageType.request(signal), bytes, offset, offset + length);
    return of(signal, chunk.size() == 0 ? List.of() : List.of(chunk), Origins.NONE);
  }

  /** A batch of nothing. */
  public static Batch empty(Signal signal) {
    return of(signal, List.of(), Origins.NONE);
  }

  /**
   * Joins batches in order, without copying. Groups are not merged; {@link #groupByResource} does.
   *
   * @param batches at least one, all of one signal
   */
  public static Batch concat(List<? extends Batch> batches) {
    if (batches.isEmpty()) {
      throw new IllegalArgumentException("batches: none (expected: at least one)");
    }
    if (batches.size() == 1) {
      return batches.get(0);
    }
    Signal signal = batches.get(0).signal();
    requireReadable(signal);
    List<Chunk> chunks = new ArrayList<>(batches.size());
    List<Origins> origins = new ArrayList<>(batches.size());
    int[] counts = new int[batches.size()];
    for (Batch batch : batches) {
      if (batch.signal != signal) {
        throw new IllegalArgumentException(
            "batch of " + batch.signal.id() + " (expected: " + signal.id() + ")");
      }
      counts[origins.size()] = batch.itemCount;
      origins.add(batch.origins);
      chunks.addAll(batch.chunks);
    }
    return of(signal, chunks, Origins.concat(origins, counts));
  }

  /** What kind of telemetry this is. */
  public final Signal signal() {
    return signal;
  }

  /** Number of items. */
  public final int itemCount() {
    return itemCount;
  }

  /** Whether there is no item. */
  public final boolean isEmpty() {
    return itemCount == 0;
  }

  /** Size of the encoded request. */
  public final int sizeBytes() {
    return sizeBytes;
  }

  /** How much memory the batch keeps alive; for budgets. More than its size when it is a slice. */
  public final long retainedBytes() {
    long bytes = OVERHEAD_BYTES + origins.retainedBytes();
    if (chunks.size() == 1) {
      return bytes + OVERHEAD_BYTES + chunks.get(0).array().length;
    }
    Set<byte[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Chunk chunk : chunks) {
      bytes += OVERHEAD_BYTES + (arrays.add(chunk.array()) ? chunk.array().length : 0);
    }
    return bytes;
  }

  /** Where the items came from: {@link Origins#NONE}, or one per item. */
  public final Origins origins() {
    return origins;
  }

  /**
   * The same telemetry with other origins.
   *
   * @param others {@link Origins#NONE} or exactly one per item
   */
  public Batch withOrigins(Origins others) {
    if (!others.isNone() && others.size() != itemCount) {
      throw new IllegalArgumentException(
          "origins: " + others.size() + " (expected: " + itemCount + ", one per item)");
    }
    return of(signal, chunks, others);
  }

  /** The encoded request, copied. */
  public final byte[] toBytes() {
    byte[] bytes = new byte[sizeBytes];
    int at = 0;
    for (Chunk chunk : chunks) {
      System.arraycopy(chunk.array(), chunk.from(), bytes, at, chunk.size());
      at += chunk.size();
    }
    return bytes;
  }

  /** The encoded request as read-only buffers over the batch's own bytes, in order. */
  public final List<ByteBuffer> byteBuffers() {
    List<ByteBuffer> buffers = new ArrayList<>(chunks.size());
    for (Chunk chunk : chunks) {
      buffers.add(
          ByteBuffer.wrap(chunk.array(), chunk.from(), chunk.size()).slice().asReadOnlyBuffer());
    }
    return buffers;
  }

  /** Writes the encoded request. */
  public final void writeTo(OutputStream out) throws IOException {
    for (Chunk chunk : chunks) {
      out.write(chunk.array(), chunk.from(), chunk.size());
    }
  }

  /** The items of a range, with what surrounds them. */
  public Batch slice(int fromItem, int toItem) {
    Objects.checkFromToIndex(fromItem, toItem, itemCount);
    if (fromItem == 0 && toItem == itemCount) {
      return this;
    }
    return fromItem == toItem ? empty(signal) : part(new Splitter(this), fromItem, toItem);
  }

  /** Some items, with what surrounds them. */
  public Batch select(BitSet keep) {
    if (keep.nextClearBit(0) >= itemCount) {
      return this;
    }
    int first = keep.nextSetBit(0);
    if (first < 0 || first >= itemCount) {
      return empty(signal);
    }
    Chunk chunk = new Splitter(this).select(keep);
    return of(signal, List.of(chunk), origins.select(keep));
  }

  /**
   * Parts of at most so many items, in order; this batch alone when it is small enough.
   *
   * @param maxItems 1 or more
   */
  public List<Batch> splitByItems(int maxItems) {
    if (maxItems < 1) {
      throw new IllegalArgumentException("maxItems: " + maxItems + " (expected: 1 or more)");
    }
    if (itemCount <= maxItems) {
      return List.of(this);
    }
    Splitter splitter = new Splitter(this);
    List<Batch> parts = new ArrayList<>(itemCount / maxItems + 1);
    for (int from = 0; from < itemCount; from += maxItems) {
      parts.add(part(splitter, from, Math.min(itemCount, from + maxItems)));
      if (itemCount - from <= maxItems) {
        break;
      }
    }
    return parts;
  }

  /**
   * Parts of at most so many bytes, in order; this batch alone when it is small enough. A part that
   * is larger has exactly one item.
   *
   * @param maxBytes 1 or more
   */
  public List<Batch> splitByBytes(int maxBytes) {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes: " + maxBytes + " (expected: 1 or more)");
    }
    if (sizeBytes <= maxBytes || itemCount < 2) {
      return List.of(this);
    }
    Splitter splitter = new Splitter(this);
    List<Batch> parts = new ArrayList<>();
    int from = 0;
    for (int to : splitter.cuts(maxBytes)) {
      parts.add(part(splitter, from, to));
      from = to;
    }
    parts.add(part(splitter, from, itemCount));
    return parts;
  }

  /** The same telemetry in an array of its own size, so that it keeps nothing else alive. */
  public Batch compact() {
    boolean compact =
        chunks.isEmpty() || (chunks.size() == 1 && chunks.get(0).array().length == sizeBytes);
    return compact
        ? this
        : of(signal, List.of(new Chunk(toBytes(), 0, sizeBytes, itemCount)), origins);
  }

  /**
   * The same items with one group for each resource and one scope for each scope in it, in the
   * order in which they come first; this batch when they are so already. Resources and scopes are
   * one when their bytes are equal, schema included; metrics are not merged.
   */
  public Batch groupByResource() {
    requireReadable(signal);
    return new Regrouper(this).regrouped();
  }

  /** The groups in order. Each call starts anew. */
  public final Iterable<ResourceGroup> groups() {
    requireReadable(signal);
    return Groups::new;
  }

  /** Shows every item in order; the cheapest way to read them all. */
  public final void forEachItem(ItemVisitor visitor) {
    requireReadable(signal);
    int next = 0;
    for (Chunk chunk : chunks) {
      Fields field = new Fields(chunk.array(), chunk.from(), chunk.to());
      while (field.next()) {
        if (field.tag == GROUPS) {
          next = new GroupView(signal, chunk.array(), field.from, field.to, next).visit(visitor);
        }
      }
    }
  }

  /**
   * Changes the batch in one session; see {@link EditSession}.
   *
   * @param edits called once, on this thread
   * @return the changed batch; this one when nothing was changed
   */
  public Batch edit(Consumer<? super EditSession> edits) {
    requireReadable(signal);
    return SessionEdit.run(this, edits);
  }

  /**
   * Changes every item in its place, in order.
   *
   * @param change called for each item, on this thread
   * @return the changed batch; this one when nothing was changed
   */
  public Batch map(Consumer<? super EditableItem> change) {
    return edit(session -> session.forEachItem((group, scope, item) -> change.accept(item)));
  }

  /** The items that pass. */
  public Batch filter(Predicate<? super Item> keep) {
    BitSet kept = new BitSet(itemCount);
    forEachItem(
        (group, scope, item) -> {
          if (keep.test(item)) {
            kept.set(item.index());
          }
        });
    return select(kept);
  }

  final List<Chunk> chunks() {
    return chunks;
  }

  /** A batch over bytes that hold what they should. */
  static Batch of(Signal signal, List<Chunk> chunks, Origins origins) {
    return switch (signal) {
      case LOGS -> new Logs(chunks, origins);
      case METRICS -> new Metrics(chunks, origins);
      case TRACES -> new Traces(chunks, origins);
      case PROFILES -> new Profiles(chunks, origins);
    };
  }

  @Override
  public String toString() {
    return signal.id() + "[" + itemCount + " items, " + sizeBytes + " bytes]";
  }

  private static void requireReadable(Signal signal) {
    if (!signal.isReadable()) {
      throw new UnsupportedOperationException(
          signal.id()
              + " are passed through as bytes (expected: one of "
              + Signal.readable()
              + ")");
    }
  }

  private Batch part(Splitter splitter, int from, int to) {
    return of(signal, List.of(splitter.range(from, to)), origins.slice(from, to));
  }

  private final class Groups implements Iterator<ResourceGroup> {
    private int chunk;
    private Fields field = new Fields(Wire.NOTHING, 0, 0);
    private int next;
    private boolean ready = advance();

    private boolean advance() {
      while (true) {
        while (field.next()) {
          if (field.tag == GROUPS) {
            return true;
          }
        }
        if (chunk == chunks.size()) {
          return false;
        }
        Chunk current = chunks.get(chunk++);
        field = new Fields(current.array(), current.from(), current.to());
      }
    }

    @Override
    public boolean hasNext() {
      return ready;
    }

    @Override
    public ResourceGroup next() {
      if (!ready) {
        throw new NoSuchElementException();
      }
      GroupView group = new GroupView(signal, field.a, field.from, field.to, next);
      ready = advance();
      if (ready) {
        next += Items.count(group.messageType(), group.a, group.from, group.to);
      }
      return group;
    }
  }
}
