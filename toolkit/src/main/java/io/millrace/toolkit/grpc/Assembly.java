package io.millrace.toolkit.grpc;

import io.millrace.toolkit.net.ByteBudget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * A message of gRPC that arrives in several frames and is put together in one array, which says at
 * its beginning how long it will be. Lives on its connection's event loop.
 *
 * <p>Layout of the array: the five bytes that gRPC puts before every message (compressed or not,
 * and the length), then the message. {@link Incoming} knows such an array by that.
 */
final class Assembly {
  static final int PREFIX_BYTES = 5;

  /** Larger ones are left to gRPC: what is announced has not come yet. */
  static final int MAX_BYTES = 1 << 20;

  private final byte[] array;
  private final ByteBudget.Lease lease;
  private int length;

  private Assembly(byte[] array, ByteBudget.Lease lease) {
    this.array = array;
    this.lease = lease;
  }

  /**
   * Begins a message.
   *
   * @param first the content of its first frame; not changed
   * @param announced limits the bytes of all arrays that are not full yet
   * @return null when it is too long, too many arrive, or the frame does not say how long it is
   */
  static @Nullable Assembly begin(ByteBuf first, ByteBudget announced) {
    if (first.readableBytes() < PREFIX_BYTES) {
      return null;
    }
    long size = PREFIX_BYTES + first.getUnsignedInt(first.readerIndex() + 1);
    if (size > MAX_BYTES || size < first.readableBytes()) {
      return null;
    }
    ByteBudget.Lease lease = announced.lease();
    if (!lease.grow(size)) {
      lease.close();
      return null;
    }
    return new Assembly(new byte[(int) size], lease);
  }

  /**
   * Adds what a frame holds.
   *
   * @return the same bytes in the array; null when the frame goes beyond the message, of which the
   *     array then holds all
   */
  @Nullable ByteBuf add(ByteBuf data) {
    int more = Math.min(data.readableBytes(), array.length - length);
    data.getBytes(data.readerIndex(), array, length, more);
    int from = length;
    length += more;
    if (isFull()) {
      close();
    }
    return more < data.readableBytes() ? null : Unpooled.wrappedBuffer(array, from, more);
  }

  boolean isFull() {
    return length == array.length;
  }

  /** Nothing more is expected. */
  void close() {
    lease.close();
  }
}
