package io.millrace.receiver.filelog.operator;

import io.millrace.api.telemetry.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Plain Java values as operators see them, and the model's. */
public final class Values {

  private Values() {}

  /** The model's form of a value. */
  public static Value toValue(@Nullable Object value) {
    return switch (value) {
      case null -> Value.EMPTY;
      case String text -> Value.of(text);
      case Text text -> Value.of(text.toString());
      case Long number -> Value.of(number.longValue());
      case Integer number -> Value.of(number.longValue());
      case Double number -> Value.of(number.doubleValue());
      case Boolean truth -> Value.of(truth.booleanValue());
      case byte[] bytes -> Value.of(bytes);
      case List<?> list -> {
        List<Value> values = new ArrayList<>(list.size());
        list.forEach(element -> values.add(toValue(element)));
        yield Value.ofList(values);
      }
      case Map<?, ?> map -> {
        Map<String, Value> values = new LinkedHashMap<>();
        map.forEach((key, element) -> values.put(String.valueOf(key), toValue(element)));
        yield Value.ofMap(values);
      }
      default -> Value.of(String.valueOf(value));
    };
  }

  /** A copy of a map down to its leaves. */
  public static Members copy(Map<String, ?> map) {
    Members copy = new Members();
    map.forEach((key, value) -> put(copy, key, copy(value)));
    return copy;
  }

  /** A copy of a value down to its leaves. */
  static @Nullable Object copy(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Map<?, ?> map -> {
        Map<String, Object> copy = new Members();
        map.forEach((key, element) -> put(copy, String.valueOf(key), copy(element)));
        yield copy;
      }
      case List<?> list -> {
        List<@Nullable Object> copy = new ArrayList<>(list.size());
        list.forEach(element -> copy.add(copy(element)));
        yield copy;
      }
      default -> value;
    };
  }

  /** A copy of a value down to its leaves that holds nothing of a file's buffer. */
  static @Nullable Object owned(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Text text -> text.toString();
      case Map<?, ?> map -> {
        Map<String, Object> copy = new Members();
        map.forEach((key, element) -> put(copy, String.valueOf(key), owned(element)));
        yield copy;
      }
      case List<?> list -> {
        List<@Nullable Object> copy = new ArrayList<>(list.size());
        list.forEach(element -> copy.add(owned(element)));
        yield copy;
      }
      default -> value;
    };
  }

  /** The value as a map, where it is one. */
  @SuppressWarnings("unchecked") // Maps in entries have text keys only; see Entry.
  static @Nullable Map<String, Object> asMap(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? (Map<String, Object>) map : null;
  }

  /** The value as a text; null when it is none, or one that UTF-8 cannot say. */
  static @Nullable Text asText(@Nullable Object value) {
    if (value instanceof Text text) {
      return text;
    }
    return value instanceof String text && !hasHalfPair(text) ? Text.of(text) : null;
  }

  /** Whether there is a surrogate without the other one, which UTF-8 cannot say. */
  private static boolean hasHalfPair(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
          return true;
        }
        i++;
      }
    }
    return false;
  }

  /** Puts a value that may be null: JSON knows null, and a field may hold it. */
  @SuppressWarnings("NullAway") // Entries hold nulls on purpose; every reader expects them.
  static void put(Map<String, Object> map, String key, @Nullable Object value) {
    map.put(key, value);
  }

  /** What a value is called in messages. */
  static String typeOf(@Nullable Object value) {
    return switch (value) {
      case null -> "nothing";
      case String text -> "text";
      case Text text -> "text";
      case Boolean truth -> "a truth value";
      case Number number -> "a number";
      case byte[] bytes -> "bytes";
      case List<?> list -> "a list";
      case Map<?, ?> map -> "a map";
      default -> value.getClass().getSimpleName();
    };
  }
}
