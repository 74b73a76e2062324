package io.millrace.receiver.filelog.operator;

import io.millrace.api.config.Problems;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The keys of one operator or section; reports what is wrong with them. One thread at a time. */
final class Options {
  private final Map<?, ?> values;
  private final String place;
  private final Problems problems;
  private final Set<String> known = new HashSet<>();

  Options(Map<?, ?> values, String place, Problems problems) {
    this.values = values;
    this.place = place;
    this.problems = problems;
  }

  boolean has(String key) {
    known.add(key);
    return values.containsKey(key);
  }

  @Nullable Object value(String key) {
    known.add(key);
    return values.get(key);
  }

  String text(String key, String absent) {
    Object value = value(key);
    if (value == null) {
      return absent;
    }
    if (value instanceof Map || value instanceof List) {
      problem(key, Values.typeOf(value) + " (expected: text)");
      return absent;
    }
    return String.valueOf(value);
  }

  /** A text that must be there; empty when it is not, which has then been reported. */
  String requiredText(String key) {
    String text = text(key, "");
    if (text.isEmpty()) {
      problem(key, "missing (expected: a value)");
    }
    return text;
  }

  boolean truth(String key, boolean absent) {
    Object value = value(key);
    if (value == null) {
      return absent;
    }
    if (value instanceof Boolean truth) {
      return truth;
    }
    problem(key, "\"" + value + "\" (expected: true or false)");
    return absent;
  }

  Field field(String key, Field absent) {
    String text = text(key, "");
    if (text.isEmpty()) {
      return absent;
    }
    try {
      return Field.parse(text);
    } catch (IllegalArgumentException e) {
      problem(key, String.valueOf(e.getMessage()));
      return absent;
    }
  }

  /** A field that must be there; the body when it is not, which has then been reported. */
  Field requiredField(String key) {
    if (value(key) == null) {
      problem(key, "missing (expected: a field such as attributes.key)");
      return Field.BODY;
    }
    return field(key, Field.BODY);
  }

  /** A nested section; null when absent. */
  @Nullable Options section(String key) {
    Object value = value(key);
    if (value == null) {
      return null;
    }
    if (value instanceof Map<?, ?> map) {
      return new Options(map, place + "::" + key, problems);
    }
    problem(key, "\"" + value + "\" (expected: a section)");
    return null;
  }

  /** Reports a key whose meaning Millrace lacks, when it is set. */
  void notSupported(String key, String reason) {
    if (value(key) != null) {
      problem(key, "is not supported: " + reason);
    }
  }

  void problem(String key, String message) {
    problems.add(key.isEmpty() ? place : place + "::" + key, message);
  }

  /** Reports every key that nobody has asked for. */
  void finish() {
    for (Object key : values.keySet()) {
      if (!known.contains(String.valueOf(key))) {
        problem(String.valueOf(key), "unknown key (expected: one of " + new TreeSet<>(known) + ")");
      }
    }
  }
}
