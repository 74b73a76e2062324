package io.millrace.benchmarks.load.records;

import java.util.Arrays;

/**
 * A request as bytes, and where in them the records and their numbers stand. Immutable, its bytes
 * too: to be copied by those who send it.
 */
public final class PreparedRequest {
  /** The tag of a record's time, its first field: field 1, eight bytes. */
  static final byte TIME_TAG = 0x09;

  private final byte[] bytes;
  private final int[] starts;
  private final int[] times;
  private final int stride;

  private PreparedRequest(byte[] bytes, int[] starts, int[] times, int stride) {
    this.bytes = bytes;
    this.starts = starts;
    this.times = times;
    this.stride = stride;
  }

  /** Prepares a request of all records. */
  public static PreparedRequest of(LogRecords records) {
    byte[] bytes = records.request();
    int[] starts = new int[records.count()];
    int[] times = new int[records.count()];
    int[] found = {0};
    new RecordWalk(
            (start, from, to) -> {
              starts[found[0]] = start;
              times[found[0]++] = from + 1;
            })
        .over(bytes, 0, bytes.length);
    return new PreparedRequest(bytes, starts, times, records.stride());
  }

  /** The bytes of request 0. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** How many bytes it has. */
  public int size() {
    return bytes.length;
  }

  /** How many records it has. */
  public int count() {
    return starts.length;
  }

  /** The time of a request's first record; the others follow one by one. */
  public long firstTime(long request) {
    return LogRecords.EPOCH + request * stride;
  }

  /** Where the times stand: eight bytes each, the lowest first. */
  public int[] times() {
    return times.clone();
  }

  /**
   * Where it can be cut into pieces of at most so many bytes without cutting a record: the end of
   * each piece.
   */
  public int[] cuts(int maxBytes) {
    int[] cuts = new int[bytes.length / Math.max(1, maxBytes - LogRecords.RECORD_BYTES) + 2];
    int number = 0;
    int begin = 0;
    for (int i = 1; i <= starts.length; i++) {
      int end = i < starts.length ? starts[i] : bytes.length;
      if (end - begin > maxBytes) {
        begin = starts[i - 1];
        cuts[number++] = begin;
      }
    }
    cuts[number++] = bytes.length;
    return Arrays.copyOf(cuts, number);
  }
}
