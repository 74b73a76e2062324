package io.millrace.api.telemetry;

import java.util.Arrays;

/** The {@code Buckets} of an exponential histogram in place. */
final class BucketsView extends MessageView implements Buckets {
  static final Buckets NONE = new BucketsView(Wire.NOTHING, 0, 0);

  BucketsView(byte[] a, int from, int to) {
    super(MessageType.BUCKETS, a, from, to);
  }

  @Override
  public int offset() {
    return Wire.zigzag32(varint(1));
  }

  @Override
  public long[] counts() {
    long[] counts = new long[16];
    int size = 0;
    Fields field = new Fields(a, from, to);
    while (field.next()) {
      if (field.tag == Wire.tag(2, Wire.LEN) || field.tag == Wire.tag(2, Wire.VARINT)) {
        for (int at = field.from; at < field.to; at = Wire.varintEnd(a, at)) {
          if (size == counts.length) {
            counts = Arrays.copyOf(counts, 2 * size);
          }
          counts[size++] = Wire.varint(a, at);
        }
      }
    }
    return Arrays.copyOf(counts, size);
  }
}
