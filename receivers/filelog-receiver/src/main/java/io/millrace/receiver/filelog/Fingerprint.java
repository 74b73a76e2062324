package io.millrace.receiver.filelog;

import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * Tells some bytes of a file from others. Immutable.
 *
 * @param length how many bytes
 * @param hash CRC32 and CRC32C of them
 */
record Fingerprint(int length, long hash) {
  /** Of no bytes; fits everything. */
  static final Fingerprint EMPTY = of(new byte[0], 0, 0);

  static Fingerprint of(byte[] bytes, int from, int to) {
    CRC32 first = new CRC32();
    first.update(bytes, from, to - from);
    CRC32C second = new CRC32C();
    second.update(bytes, from, to - from);
    return new Fingerprint(to - from, first.getValue() << 32 | second.getValue());
  }

  /** Whether it is of the {@code length} bytes at {@code from}; not when fewer are there. */
  boolean fits(byte[] bytes, int from, int to) {
    return to - from >= length && equals(of(bytes, from, from + length));
  }
}
