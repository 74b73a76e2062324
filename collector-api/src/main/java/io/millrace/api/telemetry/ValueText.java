package io.millrace.api.telemetry;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.TreeMap;

/** Writes values as the Collector's {@code AsString} does, which is Go's {@code encoding/json}. */
final class ValueText {
  private static final String HEX = "0123456789abcdef";

  private final StringBuilder out = new StringBuilder();

  private ValueText() {}

  static String of(Value value) {
    switch (value.type()) {
      case EMPTY -> {
        return "";
      }
      case STRING -> {
        return value.stringValue();
      }
      case BYTES -> {
        return Base64.getEncoder().encodeToString(value.bytesValue());
      }
      case DOUBLE -> {
        double number = value.doubleValue();
        if (Double.isNaN(number) || Double.isInfinite(number)) {
          return "json: unsupported value: " + special(number);
        }
        return number(number);
      }
      default -> {
        ValueText text = new ValueText();
        text.json(value);
        return text.out.toString();
      }
    }
  }

  private void json(Value value) {
    switch (value.type()) {
      case EMPTY -> out.append("null");
      case STRING -> quoted(value.stringValue());
      case BOOL -> out.append(value.boolValue());
      case INT -> out.append(value.longValue());
      case DOUBLE -> {
        double number = value.doubleValue();
        if (Double.isNaN(number) || Double.isInfinite(number)) {
          quoted(special(number));
        } else {
          out.append(number(number));
        }
      }
      case BYTES -> quoted(Base64.getEncoder().encodeToString(value.bytesValue()));
      case ARRAY -> {
        char separator = '[';
        for (Value element : value.list()) {
          out.append(separator);
          json(element);
          separator = ',';
        }
        out.append(separator == '[' ? "[]" : "]");
      }
      case MAP -> map(value.map());
    }
  }

  private void map(Attributes map) {
    TreeMap<byte[], Value> sorted = new TreeMap<>(Arrays::compareUnsigned);
    for (Attribute attribute : map) {
      sorted.put(attribute.key().getBytes(StandardCharsets.UTF_8), attribute.value());
    }
    out.append('{');
    sorted.forEach(
        (key, value) -> {
          if (out.charAt(out.length() - 1) != '{') {
            out.append(',');
          }
          quoted(new String(key, StandardCharsets.UTF_8));
          out.append(':');
          json(value);
        });
    out.append('}');
  }

  private void quoted(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < ' ' || c == '\u2028' || c == '\u2029') {
            out.append("\\u").append(HEX.charAt(c >> 12)).append(HEX.charAt(c >> 8 & 15));
            out.append(HEX.charAt(c >> 4 & 15)).append(HEX.charAt(c & 15));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static String special(double number) {
    if (Double.isNaN(number)) {
      return "NaN";
    }
    return number > 0 ? "+Inf" : "-Inf";
  }

  /** Plain digits between 1e-6 and 1e21, else with an exponent, as ECMAScript has it. */
  private static String number(double number) {
    double size = Math.abs(number);
    if (size == 0) {
      return 1 / number < 0 ? "-0" : "0";
    }
    if (size < 1L << 53 && number == Math.rint(number)) {
      return Long.toString((long) number);
    }
    BigDecimal digits = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    if (size >= 1e-6 && size < 1e21) {
      return digits.toPlainString();
    }
    String unscaled = digits.unscaledValue().abs().toString();
    int exponent = unscaled.length() - 1 - digits.scale();
    String fraction = unscaled.length() == 1 ? "" : "." + unscaled.substring(1);
    return String.format(
        Locale.ROOT, "%s%c%se%+d", number < 0 ? "-" : "", unscaled.charAt(0), fraction, exponent);
  }
}
