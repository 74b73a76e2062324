package io.millrace.core.config;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Wording of messages: lists of choices, suggestions. */
final class Words {
  private static final int MAX_LISTED = 40;

  private Words() {}

  /** {@code a, b or c}. */
  static String anyOf(Collection<String> choices) {
    List<String> list = choices.stream().distinct().limit(MAX_LISTED).toList();
    if (list.size() < 2) {
      return String.join("", list);
    }
    return String.join(", ", list.subList(0, list.size() - 1)) + " or " + list.getLast();
  }

  /** {@code (did you mean "x"?)} or else {@code (expected: a, b or c)}, or nothing. */
  static String hint(String text, Collection<String> choices) {
    Optional<String> near = nearest(text, choices);
    if (near.isPresent()) {
      return " (did you mean \"" + near.get() + "\"?)";
    }
    return choices.isEmpty() ? "" : " (expected: " + anyOf(choices) + ")";
  }

  /** {@code (expected: a, b or c; did you mean "x"?)}. */
  static String expected(String text, Collection<String> choices) {
    String suggestion =
        nearest(text, choices).map(near -> "; did you mean \"" + near + "\"?").orElse("");
    return " (expected: " + anyOf(choices) + suggestion + ")";
  }

  /** The choice that a slip of the fingers away from the text. */
  static Optional<String> nearest(String text, Collection<String> choices) {
    String given = text.toLowerCase(Locale.ROOT);
    int best = Math.max(1, text.length() / 3) + 1;
    String found = null;
    for (String choice : choices) {
      int distance = distance(given, choice.toLowerCase(Locale.ROOT), best);
      if (distance < best && distance < choice.length()) {
        best = distance;
        found = choice;
      }
    }
    return Optional.ofNullable(found);
  }

  /** Edits (insert, delete, replace, swap neighbours) between two texts; {@code limit} or more. */
  private static int distance(String a, String b, int limit) {
    if (Math.abs(a.length() - b.length()) >= limit) {
      return limit;
    }
    int[][] rows = new int[3][b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      rows[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = rows[i % 3];
      int[] above = rows[(i + 2) % 3];
      int[] twoAbove = rows[(i + 1) % 3];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        char left = a.charAt(i - 1);
        char right = b.charAt(j - 1);
        int edit = above[j - 1] + (left == right ? 0 : 1);
        row[j] = Math.min(edit, Math.min(above[j], row[j - 1]) + 1);
        if (i > 1 && j > 1 && left == b.charAt(j - 2) && a.charAt(i - 2) == right) {
          row[j] = Math.min(row[j], twoAbove[j - 2] + 1);
        }
      }
    }
    return rows[a.length() % 3][b.length()];
  }
}
