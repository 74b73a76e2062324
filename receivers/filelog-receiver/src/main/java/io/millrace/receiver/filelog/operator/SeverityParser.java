package io.millrace.receiver.filelog.operator;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds a record's severity by a table of texts. Immutable. */
final class SeverityParser implements Step {
  private static final String[] NAMES = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
  private static final int MAX_RANGE = 100_000;

  private final Field from;
  private final Map<String, Integer> numbers;
  private final boolean overwriteText;

  private SeverityParser(Field from, Map<String, Integer> numbers, boolean overwriteText) {
    this.from = from;
    this.numbers = Map.copyOf(numbers);
    this.overwriteText = overwriteText;
  }

  static SeverityParser of(Options options) {
    Field from = options.requiredField("parse_from");
    Map<String, Integer> numbers = preset(options.text("preset", "default"));
    Map<String, Integer> names = preset("otel");
    Object mapping = options.value("mapping");
    if (mapping instanceof Map<?, ?> map) {
      map.forEach(
          (name, texts) -> {
            // A name that is no severity means none, as in the Collector.
            int number = names.getOrDefault(String.valueOf(name).toLowerCase(Locale.ROOT), 0);
            add(numbers, number, texts, "mapping::" + name, options);
          });
    } else if (mapping != null) {
      options.problem("mapping", "\"" + mapping + "\" (expected: severities with their texts)");
    }
    return new SeverityParser(from, numbers, options.truth("overwrite_text", false));
  }

  @Override
  public void apply(Entry entry) throws OperatorException {
    if (!from.exists(entry)) {
      throw new OperatorException("the entry has no " + from);
    }
    String text = text(from.get(entry));
    int number = numbers.getOrDefault(text.toLowerCase(Locale.ROOT), 0);
    entry.severity(number, overwriteText && number > 0 ? name(number) : text);
  }

  private static String text(@Nullable Object value) throws OperatorException {
    return switch (value) {
      case String text -> text;
      case Text text -> text.toString();
      case byte[] bytes -> new String(bytes, StandardCharsets.UTF_8);
      case Long number -> Long.toString(number);
      case Double number -> {
        if (number != Math.rint(number) || Double.isInfinite(number)) {
          throw new OperatorException(number + " is no severity (expected: a whole number)");
        }
        yield Long.toString(number.longValue());
      }
      case null, default -> throw new OperatorException(Values.typeOf(value) + " is no severity");
    };
  }

  private static String name(int number) {
    int step = (number - 1) % 4;
    return NAMES[(number - 1) / 4] + (step == 0 ? "" : String.valueOf(step + 1));
  }

  private static void add(
      Map<String, Integer> numbers,
      int number,
      @Nullable Object texts,
      String key,
      Options options) {
    switch (texts) {
      case List<?> list -> list.forEach(text -> add(numbers, number, text, key, options));
      case Map<?, ?> range -> {
        if (range.get("min") instanceof Number min
            && range.get("max") instanceof Number max
            && Math.abs(max.longValue() - min.longValue()) <= MAX_RANGE) {
          addRange(numbers, number, min.longValue(), max.longValue());
        } else {
          options.problem(key, "\"" + range + "\" (expected: min and max, whole numbers)");
        }
      }
      case null -> numbers.put("", number);
      default -> {
        String text = String.valueOf(texts).toLowerCase(Locale.ROOT);
        if (text.length() == 3 && text.endsWith("xx") && "2345".indexOf(text.charAt(0)) >= 0) {
          long hundreds = (text.charAt(0) - '0') * 100L;
          addRange(numbers, number, hundreds, hundreds + 99);
        } else {
          numbers.put(text, number);
        }
      }
    }
  }

  private static void addRange(Map<String, Integer> numbers, int number, long a, long b) {
    for (long i = Math.min(a, b); i <= Math.max(a, b); i++) {
      numbers.put(Long.toString(i), number);
    }
  }

  private static Map<String, Integer> preset(String name) {
    Map<String, Integer> numbers = new HashMap<>();
    if (name.equals("none")) {
      return numbers;
    }
    for (int number = 1; number <= 24; number++) {
      numbers.put(name(number).toLowerCase(Locale.ROOT), number);
      numbers.put(Integer.toString(number), number);
    }
    if (!name.equals("otel") && !name.equals("aliases")) {
      for (int step = 0; step < 4; step++) {
        String suffix = step == 0 ? "" : Integer.toString(step + 1);
        numbers.put("warning" + suffix, 13 + step);
        numbers.put("err" + suffix, 17 + step);
      }
    }
    return numbers;
  }
}
