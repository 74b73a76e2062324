package io.millrace.api.telemetry;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Origins of consecutive items of one stream: a sequence or a table. Immutable. */
final class OriginSegment {
  final String stream;
  final int count;

  /** First number of a sequence, or the first item in the table. */
  final long first;

  /** Start and end of each item; null for a sequence. */
  final long @Nullable [] ranges;

  /** Sub-indexes; null when all are 0. */
  final int @Nullable [] subs;

  private @Nullable String hash;

  private OriginSegment(
      String stream, int count, long first, long @Nullable [] ranges, int @Nullable [] subs) {
    this.stream = stream;
    this.count = count;
    this.first = first;
    this.ranges = ranges;
    this.subs = subs;
  }

  static OriginSegment sequence(String stream, long first, int count) {
    return new OriginSegment(stream, count, first, null, null);
  }

  /** Items without an origin. */
  static OriginSegment unknown(int count) {
    return sequence("", 0, count);
  }

  /** Copies what it needs; finds out whether the items are a sequence. */
  static OriginSegment of(String stream, long[] ranges, int[] subs, int count) {
    boolean sequence = true;
    int anySub = 0;
    for (int i = 0; i < count; i++) {
      anySub |= subs[i];
      sequence &= ranges[2 * i] == ranges[0] + i && ranges[2 * i + 1] == ranges[0] + i + 1;
    }
    if (stream.isEmpty()) {
      return unknown(count);
    }
    if (sequence && anySub == 0) {
      return sequence(stream, ranges[0], count);
    }
    return new OriginSegment(
        stream,
        count,
        0,
        Arrays.copyOf(ranges, 2 * count),
        anySub == 0 ? null : Arrays.copyOf(subs, count));
  }

  boolean isSequence() {
    return ranges == null;
  }

  long start(int item) {
    if (ranges == null) {
      return stream.isEmpty() ? 0 : first + item;
    }
    return ranges[2 * ((int) first + item)];
  }

  long end(int item) {
    if (ranges == null) {
      return stream.isEmpty() ? 0 : first + item + 1;
    }
    return ranges[2 * ((int) first + item) + 1];
  }

  int sub(int item) {
    return subs == null ? 0 : subs[(int) first + item];
  }

  OriginSegment slice(int from, int to) {
    if (from == 0 && to == count) {
      return this;
    }
    OriginSegment slice = new OriginSegment(stream, to - from, first + from, ranges, subs);
    slice.hash = hash;
    return slice;
  }

  String documentId(int item) {
    if (stream.isEmpty()) {
      return "";
    }
    String streamHash = hash;
    if (streamHash == null) {
      streamHash = hash(stream);
      hash = streamHash;
    }
    StringBuilder id = new StringBuilder(48).append(streamHash);
    id.append('-').append(Long.toString(start(item), 36));
    id.append('-').append(Long.toString(end(item), 36));
    int sub = sub(item);
    return sub == 0 ? id.toString() : id.append('-').append(Integer.toString(sub, 36)).toString();
  }

  long retainedBytes() {
    return 56L
        + (ranges == null ? 0 : 16 + 8L * ranges.length)
        + (subs == null ? 0 : 16 + 4L * subs.length);
  }

  private static String hash(String stream) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(stream.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(digest, 12));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
