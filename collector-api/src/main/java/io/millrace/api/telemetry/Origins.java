package io.millrace.api.telemetry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Where the items of a batch came from: per item a stream, a range within it and a sub-index. Given
 * once by the receiver, kept through every change of the batch, stored with it, and the base of
 * document ids, so that telemetry read twice is recognised. Immutable; held as runs.
 *
 * <p>An item of a batch that was put together with one that has origins can lack one: its stream is
 * empty.
 */
public final class Origins {
  /** No origins. */
  public static final Origins NONE = new Origins(new OriginSegment[0]);

  private final OriginSegment[] segments;

  /** Where each segment begins, and at the end the number of items. */
  private final int[] firsts;

  private Origins(OriginSegment[] segments) {
    this.segments = segments;
    this.firsts = new int[segments.length + 1];
    for (int i = 0; i < segments.length; i++) {
      firsts[i + 1] = Math.addExact(firsts[i], segments[i].count);
    }
  }

  /**
   * Items of one stream that are numbered in order: item {@code i} covers {@code [first + i, first
   * + i + 1)}.
   *
   * @param first 0 or more
   * @param count number of items; 0 gives {@link #NONE}
   */
  public static Origins sequence(String stream, long first, int count) {
    if (first < 0 || count < 0 || first + count < 0) {
      throw new IllegalArgumentException("sequence: " + first + ", " + count + " items");
    }
    return count == 0
        ? NONE
        : new Origins(new OriginSegment[] {OriginSegment.sequence(stream, first, count)});
  }

  /** Collects origins one by one. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Joins origins in order.
   *
   * @param parts the origins of the parts
   * @param counts the number of items of each part; where the part is {@link #NONE}, so many items
   *     without an origin take its place. When all are, the result is {@link #NONE}.
   */
  public static Origins concat(List<Origins> parts, int[] counts) {
    boolean none = true;
    List<OriginSegment> segments = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      Origins part = parts.get(i);
      if (!part.isNone() && part.size() != counts[i]) {
        throw new IllegalArgumentException(
            "origins: " + part.size() + " (expected: " + counts[i] + ", one per item)");
      }
      if (part.isNone() && counts[i] > 0) {
        segments.add(OriginSegment.unknown(counts[i]));
      }
      none &= part.isNone();
      segments.addAll(Arrays.asList(part.segments));
    }
    return none ? NONE : new Origins(segments.toArray(new OriginSegment[0]));
  }

  /**
   * Reads what {@link #encode()} wrote.
   *
   * @throws MalformedTelemetryException when the bytes are no origins
   */
  public static Origins decode(byte[] bytes) throws MalformedTelemetryException {
    List<OriginSegment> segments = OriginsCodec.decode(bytes);
    return segments.isEmpty() ? NONE : new Origins(segments.toArray(new OriginSegment[0]));
  }

  /** Number of items; 0 for {@link #NONE}. */
  public int size() {
    return firsts[segments.length];
  }

  /** Whether nothing is known of any item. */
  public boolean isNone() {
    return segments.length == 0;
  }

  /** The stream an item came from; empty when it has no origin. */
  public String stream(int item) {
    return segments[segment(item)].stream;
  }

  /** Where the item begins in its stream. */
  public long start(int item) {
    int segment = segment(item);
    return segments[segment].start(item - firsts[segment]);
  }

  /** Where the item ends in its stream, exclusive. */
  public long end(int item) {
    int segment = segment(item);
    return segments[segment].end(item - firsts[segment]);
  }

  /** Tells apart items that were made of the same range; 0 when there is one. */
  public int sub(int item) {
    int segment = segment(item);
    return segments[segment].sub(item - firsts[segment]);
  }

  /** The maximal stretches of items of one stream, in order. */
  public List<Run> runs() {
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < segments.length; ) {
      int next = i + 1;
      while (next < segments.length && segments[next].stream.equals(segments[i].stream)) {
        next++;
      }
      runs.add(new Run(segments[i].stream, firsts[i], firsts[next]));
      i = next;
    }
    return List.copyOf(runs);
  }

  /** The origins of a range of items. */
  public Origins slice(int from, int to) {
    if (isNone() || from == to) {
      return NONE;
    }
    if (from < 0 || to > size() || from > to) {
      throw new IndexOutOfBoundsException(from + " to " + to + " of " + size());
    }
    List<OriginSegment> kept = new ArrayList<>();
    for (int i = segment(from); i < segments.length && firsts[i] < to; i++) {
      int begin = Math.max(from, firsts[i]) - firsts[i];
      int end = Math.min(to, firsts[i + 1]) - firsts[i];
      kept.add(segments[i].slice(begin, end));
    }
    return new Origins(kept.toArray(new OriginSegment[0]));
  }

  /** The origins of some items. */
  public Origins select(BitSet keep) {
    if (isNone()) {
      return NONE;
    }
    Builder builder = new Builder();
    int segment = 0;
    for (int item = keep.nextSetBit(0);
        item >= 0 && item < size();
        item = keep.nextSetBit(item + 1)) {
      while (item >= firsts[segment + 1]) {
        segment++;
      }
      OriginSegment from = segments[segment];
      int at = item - firsts[segment];
      builder.append(from.stream, from.start(at), from.end(at), from.sub(at));
    }
    return builder.build();
  }

  /** The origins of the items in another order; an item may come more than once. */
  Origins reordered(int[] order) {
    if (isNone()) {
      return NONE;
    }
    Builder builder = new Builder();
    for (int item : order) {
      builder.append(stream(item), start(item), end(item), sub(item));
    }
    return builder.build();
  }

  /**
   * The origins as bytes, for headers and logs: a version byte, the streams, then per run of one
   * stream a kind and either the first number of a sequence, or per item the distance to the end of
   * the item before, the length and the sub-index as varints.
   */
  public byte[] encode() {
    return OriginsCodec.encode(Arrays.asList(segments));
  }

  /**
   * An Elasticsearch id that is the same whenever the same item is read again, and different for
   * different items: {@code <stream hash>-<start>-<end>[-<sub>]}, the hash 96 bits of SHA-256 in
   * URL-safe base64, the numbers in base 36. Empty when the item has no origin.
   */
  public String documentId(int item) {
    int segment = segment(item);
    return segments[segment].documentId(item - firsts[segment]);
  }

  /** About how much memory this holds. */
  long retainedBytes() {
    long bytes = 32;
    for (OriginSegment segment : segments) {
      bytes += segment.retainedBytes();
    }
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof Origins that) || that.size() != size()) {
      return false;
    }

    for (int i = 0; i < size(); i++) {
      if (start(i) != that.start(i)
          || end(i) != that.end(i)
          || sub(i) != that.sub(i)
          || !stream(i).equals(that.stream(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = size();
    for (int i = 0; i < size(); i++) {
      hash = 31 * hash + Long.hashCode(start(i));
    }
    return hash;
  }

  @Override
  public String toString() {
    return "Origins" + runs();
  }

  private int segment(int item) {
    if (item < 0 || item >= size()) {
      throw new IndexOutOfBoundsException(item + " of " + size());
    }
    int found = Arrays.binarySearch(firsts, item);
    return found >= 0 ? found : -found - 2;
  }

  /**
   * A stretch of items of one stream.
   *
   * @param stream the stream; empty when the items have no origin
   * @param fromItem the first item
   * @param toItem the item after the last one
   */
  public record Run(String stream, int fromItem, int toItem) {}

  /** Collects origins one by one. One thread at a time. */
  public static final class Builder {
    private final List<OriginSegment> segments = new ArrayList<>();
    private String stream = "";
    private long[] ranges = new long[32];
    private int[] subs = new int[16];
    private int size;

    private Builder() {}

    /**
     * Adds the origin of the next item.
     *
     * @param start 0 or more
     * @param end at least {@code start}
     * @param sub 0 or more
     */
    public Builder add(String stream, long start, long end, int sub) {
      if (stream.isEmpty() || start < 0 || end < start || sub < 0) {
        throw new IllegalArgumentException(
            "origin: \"" + stream + "\" " + start + " to " + end + ", sub " + sub);
      }
      return append(stream, start, end, sub);
    }

    /** The origins added so far; the builder is as new. */
    public Origins build() {
      flush();
      Origins origins =
          segments.isEmpty() ? NONE : new Origins(segments.toArray(new OriginSegment[0]));
      segments.clear();
      return origins;
    }

    Builder append(String nextStream, long start, long end, int sub) {
      if (!nextStream.equals(stream)) {
        flush();
        stream = nextStream;
      }
      if (size == subs.length) {
        subs = Arrays.copyOf(subs, 2 * size);
        ranges = Arrays.copyOf(ranges, 4 * size);
      }
      ranges[2 * size] = start;
      ranges[2 * size + 1] = end;
      subs[size++] = sub;
      return this;
    }

    private void flush() {
      if (size > 0) {
        segments.add(OriginSegment.of(stream, ranges, subs, size));
        size = 0;
      }
    }
  }
}
