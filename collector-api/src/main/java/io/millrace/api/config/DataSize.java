package io.millrace.api.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes. Immutable. In files a plain number, or with a unit: {@code 512KiB}, {@code
 * 1MB} (1,000,000), {@code 16mib}.
 *
 * @param bytes 0 or more
 */
public record DataSize(long bytes) implements Comparable<DataSize> {
  private static final Pattern FORM =
      Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([kmgt]i?)?b?", Pattern.CASE_INSENSITIVE);
  private static final String PREFIXES = "kmgt";

  public DataSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("size: " + bytes + " (expected: 0 or more)");
    }
  }

  public static DataSize ofBytes(long bytes) {
    return new DataSize(bytes);
  }

  public static DataSize ofMebibytes(long mebibytes) {
    return new DataSize(Math.multiplyExact(mebibytes, 1L << 20));
  }

  /**
   * Reads a size.
   *
   * @throws IllegalArgumentException when the text is none
   */
  public static DataSize parse(String text) {
    Matcher matcher = FORM.matcher(text.trim());
    if (!matcher.matches()) {
      throw noSize(text);
    }
    BigDecimal unit = BigDecimal.ONE;
    String prefix = matcher.group(2);
    if (prefix != null) {
      String lower = prefix.toLowerCase(Locale.ROOT);
      int power = 1 + PREFIXES.indexOf(lower.charAt(0));
      unit = BigDecimal.valueOf(lower.length() == 2 ? 1024 : 1000).pow(power);
    }
    BigInteger bytes = new BigDecimal(matcher.group(1)).multiply(unit).toBigInteger();
    if (bytes.bitLength() > 63) {
      throw noSize(text);
    }
    return new DataSize(bytes.longValue());
  }

  @Override
  public int compareTo(DataSize other) {
    return Long.compare(bytes, other.bytes);
  }

  /** The size as it can be read back. */
  @Override
  public String toString() {
    if (bytes != 0 && bytes % (1L << 30) == 0) {
      return (bytes >> 30) + "GiB";
    }
    if (bytes != 0 && bytes % (1L << 20) == 0) {
      return (bytes >> 20) + "MiB";
    }
    return bytes != 0 && bytes % 1024 == 0 ? (bytes >> 10) + "KiB" : Long.toString(bytes);
  }

  private static IllegalArgumentException noSize(String text) {
    return new IllegalArgumentException(
        "\"" + text + "\" (expected: a number of bytes such as 1048576, 1MiB or 1MB)");
  }
}
