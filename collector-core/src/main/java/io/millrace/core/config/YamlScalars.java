package io.millrace.core.config;

import java.math.BigInteger;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The value of a plain scalar, as yaml.v3 has it: YAML 1.2's core schema, octals with a leading
 * zero, {@code 0b}, underscores in numbers; {@code yes}, {@code no} and dates are text.
 */
final class YamlScalars {
  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
  private static final Set<String> TRUE = Set.of("true", "True", "TRUE");
  private static final Set<String> FALSE = Set.of("false", "False", "FALSE");
  private static final Set<String> INFINITE = Set.of(".inf", ".Inf", ".INF");
  private static final Set<String> NOT_A_NUMBER = Set.of(".nan", ".NaN", ".NAN");
  private static final Pattern INTEGER =
      Pattern.compile("[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");

  private YamlScalars() {}

  /** The value; null for YAML's null. */
  static @Nullable Object resolve(String text) {
    if (NULLS.contains(text)) {
      return null;
    }
    if (TRUE.contains(text)) {
      return true;
    }
    if (FALSE.contains(text)) {
      return false;
    }
    char first = text.charAt(0);
    boolean signed = first == '-' || first == '+';
    String unsigned = signed ? text.substring(1) : text;
    if (INFINITE.contains(unsigned)) {
      return first == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    if (NOT_A_NUMBER.contains(text)) {
      return Double.NaN;
    }
    boolean numeric = (first >= '0' && first <= '9') || first == '.' || signed;
    return numeric ? number(text) : text;
  }

  private static Object number(String text) {
    String plain = text.replace("_", "");
    if (INTEGER.matcher(plain).matches()) {
      BigInteger integer = integer(plain);
      return integer.bitLength() < Long.SIZE ? (Object) integer.longValue() : integer.doubleValue();
    }
    return FLOAT.matcher(plain).matches() ? (Object) Double.parseDouble(plain) : text;
  }

  private static BigInteger integer(String text) {
    boolean negative = text.charAt(0) == '-';
    String digits = negative || text.charAt(0) == '+' ? text.substring(1) : text;
    int radix = 10;
    int start = 0;
    if (digits.length() > 1 && digits.charAt(0) == '0') {
      char mark = digits.charAt(1);
      radix = mark == 'x' || mark == 'X' ? 16 : mark == 'b' || mark == 'B' ? 2 : 8;
      start = mark >= '0' && mark <= '7' ? 1 : 2;
    }
    BigInteger value = new BigInteger(digits.substring(start), radix);
    return negative ? value.negate() : value;
  }
}
