package io.millrace.toolkit.attributes;

import io.millrace.api.telemetry.Value;
import org.jspecify.annotations.Nullable;

/** The convert action. */
final class ValueConversion {

  private ValueConversion() {}

  /**
   * The value as {@code int}, {@code double} or {@code string}; null when it cannot be converted.
   */
  static @Nullable Value to(String type, Value value) {
    try {
      return switch (type) {
        case "int" ->
            switch (value.type()) {
              case INT -> value;
              case DOUBLE -> Value.of((long) value.doubleValue());
              case BOOL -> Value.of(value.boolValue() ? 1L : 0L);
              case STRING -> Value.of(Long.parseLong(value.stringValue()));
              case EMPTY, BYTES, ARRAY, MAP -> null;
            };
        case "double" ->
            switch (value.type()) {
              case DOUBLE -> value;
              case INT -> Value.of((double) value.longValue());
              case BOOL -> Value.of(value.boolValue() ? 1.0 : 0.0);
              case STRING -> Value.of(Double.parseDouble(value.stringValue()));
              case EMPTY, BYTES, ARRAY, MAP -> null;
            };
        case "string" -> Value.of(value.asText());
        default -> throw new IllegalArgumentException("type: " + type);
      };
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
