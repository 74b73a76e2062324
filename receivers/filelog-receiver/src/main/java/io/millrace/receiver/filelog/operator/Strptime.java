package io.millrace.receiver.filelog.operator;

import java.util.Map;

/**
 * The Collector's dialect of strptime, which it turns into Go's layouts. Source:
 * opentelemetry-collector-contrib, {@code internal/coreinternal/timeutils}.
 */
final class Strptime {
  private static final Map<Character, String> DIRECTIVES =
      Map.ofEntries(
          Map.entry('Y', "2006"),
          Map.entry('y', "06"),
          Map.entry('m', "01"),
          Map.entry('o', "_1"),
          Map.entry('q', "1"),
          Map.entry('b', "Jan"),
          Map.entry('h', "Jan"),
          Map.entry('B', "January"),
          Map.entry('d', "02"),
          Map.entry('e', "_2"),
          Map.entry('g', "2"),
          Map.entry('a', "Mon"),
          Map.entry('A', "Monday"),
          Map.entry('H', "15"),
          Map.entry('l', "3"),
          Map.entry('I', "03"),
          Map.entry('p', "PM"),
          Map.entry('P', "pm"),
          Map.entry('M', "04"),
          Map.entry('S', "05"),
          Map.entry('L', "999"),
          Map.entry('f', "999999"),
          Map.entry('s', "99999999"),
          Map.entry('Z', "MST"),
          Map.entry('z', "Z0700"),
          Map.entry('w', "-070000"),
          Map.entry('i', "-07"),
          Map.entry('j', "-07:00"),
          Map.entry('k', "-07:00:00"),
          Map.entry('D', "01/02/2006"),
          Map.entry('x', "01/02/2006"),
          Map.entry('F', "2006-01-02"),
          Map.entry('T', "15:04:05"),
          Map.entry('X', "15:04:05"),
          Map.entry('r', "03:04:05 pm"),
          Map.entry('R', "15:04"),
          Map.entry('n', "\n"),
          Map.entry('t', "\t"),
          Map.entry('%', "%"),
          Map.entry('c', "Mon Jan 02 15:04:05 2006"));

  private Strptime() {}

  /**
   * The Go layout that means the same.
   *
   * @throws IllegalArgumentException when the layout has a digit or an unknown directive
   */
  static String toGoLayout(String layout) {
    StringBuilder go = new StringBuilder();
    int i = 0;
    while (i < layout.length()) {
      char c = layout.charAt(i++);
      if (c >= '0' && c <= '9') {
        throw new IllegalArgumentException("\"" + layout + "\" (expected: no digits)");
      }
      if (c != '%') {
        go.append(c);
        continue;
      }
      String element = i < layout.length() ? DIRECTIVES.get(layout.charAt(i)) : null;
      if (element == null) {
        throw new IllegalArgumentException(
            "\"" + layout + "\" (expected: directives such as %Y-%m-%dT%H:%M:%S.%L%z)");
      }
      boolean fraction = element.startsWith("99");
      boolean behindPoint = go.length() > 0 && ".,".indexOf(go.charAt(go.length() - 1)) >= 0;
      if (fraction && !behindPoint) {
        throw new IllegalArgumentException(
            "\"" + layout + "\" (expected: a . or , before %" + layout.charAt(i) + ")");
      }
      go.append(element);
      i++;
    }
    return go.toString();
  }
}
