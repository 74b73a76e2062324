package io.millrace.toolkit.attributes;

import io.millrace.api.telemetry.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The hash action's digest of a value, as the Collector computes it. */
final class ValueHash {

  private ValueHash() {}

  /**
   * SHA-256 as lower-case hex: of a string's UTF-8, of one byte 0 or 1, of a number's 8 bytes
   * little endian. Empty for an empty string and for arrays, maps and bytes, as in the Collector.
   */
  static String sha256(Value value) {
    byte[] input =
        switch (value.type()) {
          case STRING -> value.stringValue().getBytes(StandardCharsets.UTF_8);
          case BOOL -> new byte[] {(byte) (value.boolValue() ? 1 : 0)};
          case INT -> littleEndian(value.longValue());
          case DOUBLE -> littleEndian(Double.doubleToRawLongBits(value.doubleValue()));
          case EMPTY, BYTES, ARRAY, MAP -> new byte[0];
        };
    if (input.length == 0) {
      return "";
    }
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(input));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static byte[] littleEndian(long value) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }
}
