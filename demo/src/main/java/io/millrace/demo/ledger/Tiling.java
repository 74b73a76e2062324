package io.millrace.demo.ledger;

import java.util.ArrayList;
import java.util.List;

/** Checks that origins of one stream cover a stretch without gap or overlap. */
final class Tiling {
  private static final int MAX_PROBLEMS = 5;

  private Tiling() {}

  /**
   * Checks origins of one stream.
   *
   * @param origins in any order
   * @param start where the first must begin
   * @param end where the last must end at the earliest
   * @return what is wrong, at most a few lines; empty when the origins tile
   */
  static List<String> problems(List<Origin> origins, long start, long end) {
    List<Origin> sorted = origins.stream().sorted().toList();
    List<String> problems = new ArrayList<>();
    long position = start;
    for (Origin origin : sorted) {
      if (problems.size() == MAX_PROBLEMS) {
        problems.add("and more");
        return problems;
      }
      if (origin.end() <= origin.start()) {
        problems.add("empty range " + origin);
      } else if (origin.start() > position) {
        problems.add("lost [" + position + ", " + origin.start() + ") before " + origin);
      } else if (origin.start() < position) {
        problems.add("twice: " + origin + " begins before " + position);
      }
      position = Math.max(position, origin.end());
    }
    if (position < end) {
      problems.add("lost [" + position + ", " + end + ") at the end");
    }
    return problems;
  }
}
