package io.millrace.core.footprint;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A range of the process's memory that shows a file nobody writes to. Immutable.
 *
 * @param address of its first byte
 * @param sizeBytes a multiple of the page size
 */
record Mapping(long address, long sizeBytes) {
  /**
   * What the JVM maps before it runs any Java, and then leaves as it is. Nothing else is taken: a
   * library that is being loaded looks read-only for a moment, until its addresses are adjusted.
   */
  private static final Pattern FILE = Pattern.compile(".*/(libjvm\\.so|modules|[^/]+\\.(aot|jsa))");

  private static final Pattern HEAD =
      Pattern.compile("([0-9a-f]+)-([0-9a-f]+) r-[-x][ps] \\S+ \\S+ \\S+ +(/.*)");

  /**
   * The ranges that can be given back without loss.
   *
   * @param smaps as in {@code /proc/self/smaps}: a line with range, rights and file, then lines
   *     with figures, for each range
   */
  static List<Mapping> readOnly(BufferedReader smaps) throws IOException {
    List<Mapping> found = new ArrayList<>();
    Mapping current = null;
    String line;
    while ((line = smaps.readLine()) != null) {
      if (line.charAt(0) < 'A' || line.charAt(0) > 'Z') {
        current = parse(line);
      } else if (current != null && isUntouched(line)) {
        found.add(current);
      }
    }
    return found;
  }

  private static @Nullable Mapping parse(String head) {
    var matcher = HEAD.matcher(head);
    if (!matcher.matches() || !FILE.matcher(matcher.group(3)).matches()) {
      return null;
    }
    long from = Long.parseUnsignedLong(matcher.group(1), 16);
    return new Mapping(from, Long.parseUnsignedLong(matcher.group(2), 16) - from);
  }

  /** Whether no page differs from the file: one that does would be lost. */
  private static boolean isUntouched(String line) {
    return line.startsWith("Anonymous:") && line.endsWith(" 0 kB");
  }
}
