package io.millrace.fuzz;

import java.util.HexFormat;

/** Makes requests out of hex digits. */
final class Bytes {
  private Bytes() {}

  /** Content in fields with these tags, each in the one before it. */
  static byte[] within(String tags, String content) {
    byte[] outer = HexFormat.of().parseHex(tags);
    byte[] bytes = HexFormat.of().parseHex(content);
    for (int i = outer.length - 1; i >= 0; i--) {
      bytes = field(outer[i] >> 3, bytes);
    }
    return bytes;
  }

  /** A length-delimited field whose length has four bytes. */
  static byte[] field(int number, byte[] content) {
    int length = content.length;
    byte[] field = new byte[content.length + 5];
    field[0] = (byte) (number << 3 | 2);
    for (int i = 1; i < 5; i++) {
      field[i] = (byte) ((length & 0x7f) | (i < 4 ? 0x80 : 0));
      length >>= 7;
    }
    System.arraycopy(content, 0, field, 5, content.length);
    return field;
  }
}
