package io.millrace.flink.config;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The nearest known word to a wrong one. */
public final class Suggestion {

  private Suggestion() {}

  /**
   * Text to append to a message: {@code ", did you mean "x"?"}, or nothing when no candidate is
   * near.
   */
  public static String of(String wrong, Collection<String> candidates) {
    String nearest = nearest(wrong, candidates);
    return nearest == null ? "" : ", did you mean \"" + nearest + "\"?";
  }

  private static @Nullable String nearest(String wrong, Collection<String> candidates) {
    String best = null;
    int bestDistance = Math.max(2, wrong.length() / 3) + 1;
    for (String candidate : candidates) {
      int distance = distance(wrong, candidate);
      if (distance < bestDistance) {
        bestDistance = distance;
        best = candidate;
      }
    }
    return best;
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
