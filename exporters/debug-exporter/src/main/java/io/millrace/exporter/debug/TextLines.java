package io.millrace.exporter.debug;

import io.millrace.api.telemetry.Attribute;
import io.millrace.api.telemetry.Attributes;
import io.millrace.api.telemetry.Value;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Lines of text. One thread at a time. */
final class TextLines {
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final StringBuilder text = new StringBuilder();

  void line(String line) {
    text.append(line).append('\n');
  }

  /** A heading and an indented line for each attribute; nothing when there are none. */
  void attributes(String heading, Attributes attributes) {
    attributes(heading, "     ", attributes);
  }

  void attributes(String heading, String indent, Attributes attributes) {
    if (attributes.isEmpty()) {
      return;
    }
    line(heading + ":");
    for (Attribute attribute : attributes) {
      line(indent + "-> " + attribute.key() + ": " + value(attribute.value()));
    }
  }

  /** A value with its type: {@code Str(text)}, {@code Int(1)}, {@code Map({...})}. */
  static String value(Value value) {
    String type =
        switch (value.type()) {
          case EMPTY -> "Empty";
          case STRING -> "Str";
          case BOOL -> "Bool";
          case INT -> "Int";
          case DOUBLE -> "Double";
          case BYTES -> "Bytes";
          case ARRAY -> "Slice";
          case MAP -> "Map";
        };
    return type + "(" + value.asText() + ")";
  }

  /** A time in Go's notation: no fraction when it is zero, else its digits without zeros behind. */
  static String time(long unixNanos) {
    long seconds = Math.floorDiv(unixNanos, 1_000_000_000L);
    long nanos = Math.floorMod(unixNanos, 1_000_000_000L);
    String fraction =
        nanos == 0 ? "" : "." + String.format(Locale.ROOT, "%09d", nanos).replaceFirst("0+$", "");
    return SECONDS.format(Instant.ofEpochSecond(seconds)) + fraction + " +0000 UTC";
  }

  /** A number as Go's {@code %f}. */
  static String number(double number) {
    if (Double.isNaN(number)) {
      return "NaN";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "+Inf" : "-Inf";
    }
    return String.format(Locale.ROOT, "%f", number);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
