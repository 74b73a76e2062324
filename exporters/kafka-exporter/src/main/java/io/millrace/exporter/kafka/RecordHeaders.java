package io.millrace.exporter.kafka;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code record_headers}, which is a map or a list of {@code key} and {@code value}. */
final class RecordHeaders {
  private static final String EXPECTED = " (expected: a map of names and values)";

  private RecordHeaders() {}

  /**
   * The headers in order.
   *
   * @param mistakes gets a message for each thing that is wrong
   */
  static Map<String, String> read(@Nullable Object value, List<String> mistakes) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((k, v) -> add(headers, k, v, mistakes));
    } else if (value instanceof List<?> list) {
      for (Object element : list) {
        if (element instanceof Map<?, ?> map && map.containsKey("key")) {
          add(headers, map.get("key"), map.get("value"), mistakes);
        } else {
          mistakes.add("\"" + element + "\" (expected: key and value)");
        }
      }
    } else if (value != null) {
      mistakes.add("\"" + value + "\"" + EXPECTED);
    }
    return headers;
  }

  private static void add(
      Map<String, String> headers, Object key, @Nullable Object value, List<String> mistakes) {
    if (value == null || value instanceof Map || value instanceof List) {
      mistakes.add(key + ": \"" + value + "\" (expected: text)");
    } else {
      headers.put(key.toString(), value.toString());
    }
  }
}
