package io.millrace.core.config;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Keeps out of messages what came from the environment or a file of its own, since any of it may be
 * a secret that stands at the wrong key: the reference is shown instead of the value. One thread at
 * a time.
 */
final class Redaction {
  static final String REDACTED = "[REDACTED]";

  /** What messages append to a text that they cut. */
  private static final String CUT = "...";

  /** Shorter values are only replaced as a whole: within text they may be any part of a word. */
  private static final int MIN_LENGTH = 6;

  private static final Pattern CREDENTIALS = Pattern.compile("(://)[^\\s/@\"]*:[^\\s/\"]*@");

  private final Map<String, String> references = new LinkedHashMap<>();

  /** Shows a reference where a message holds a value. */
  void conceal(String value, String reference) {
    String shown = value.replace("\n", "\\n").replace("\r", "\\r");
    if (!shown.isBlank()) {
      references.putIfAbsent(shown, reference);
    }
  }

  /** The message without concealed values and without passwords in URLs. */
  String apply(String message) {
    List<String> longestFirst =
        references.keySet().stream()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
    String result = message;
    for (String value : longestFirst) {
      String reference = references.getOrDefault(value, "");
      result = result.replace("\"" + value + "\"", "\"" + reference + "\"");
      if (value.length() >= MIN_LENGTH) {
        result = withoutCut(result.replace(value, reference), value, reference);
      }
    }
    return withoutCredentials(result);
  }

  /** A text without user and password of URLs. */
  static String withoutCredentials(String text) {
    return CREDENTIALS.matcher(text).replaceAll("$1" + REDACTED + "@");
  }

  /** Replaces the beginnings of a value that a message has cut. */
  private static String withoutCut(String message, String value, String reference) {
    String beginning = value.substring(0, MIN_LENGTH);
    StringBuilder result = new StringBuilder();
    int from = 0;
    for (int at = message.indexOf(beginning); at >= 0; at = message.indexOf(beginning, from)) {
      int same = MIN_LENGTH;
      while (at + same < message.length()
          && same < value.length()
          && message.charAt(at + same) == value.charAt(same)) {
        same++;
      }
      boolean cut = message.startsWith(CUT, at + same);
      result.append(message, from, at).append(cut ? reference : message.substring(at, at + same));
      from = at + same;
    }
    return result.append(message, from, message.length()).toString();
  }
}
