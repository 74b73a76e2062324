package io.millrace.receiver.filelog;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.millrace.api.config.Problems;
import io.millrace.receiver.filelog.FilelogConfig.MultilineConfig;
import java.util.Arrays;

/**
 * A record is a group of lines: it begins where one pattern matches, or ends where another has
 * matched. Thread-safe, without state.
 *
 * <p>The pattern sees one line at a time, with its line end, and only once the line is complete; so
 * it does not matter in which portions the file is read. It may match in the middle of a line.
 */
final class PatternSplitter implements Splitter {
  private final TextEncoding encoding;
  private final Limit limit;
  private final Pattern pattern;
  private final boolean atStart;
  private final boolean omit;

  PatternSplitter(TextEncoding encoding, Limit limit, MultilineConfig config) {
    this.encoding = encoding;
    this.limit = limit;
    this.atStart = !config.lineStartPattern().isEmpty();
    this.pattern = compile(atStart ? config.lineStartPattern() : config.lineEndPattern());
    this.omit = config.omitPattern();
  }

  static void check(MultilineConfig config, Problems problems) {
    String start = config.lineStartPattern();
    String end = config.lineEndPattern();
    if (start.isEmpty() == end.isEmpty()) {
      problems.add(
          "multiline",
          (start.isEmpty() ? "neither" : "both")
              + " of line_start_pattern and line_end_pattern (expected: exactly one)");
    }
    check("line_start_pattern", start, problems);
    check("line_end_pattern", end, problems);
  }

  @Override
  public boolean next(byte[] bytes, int from, int scanned, int to, boolean flush, Cut cut) {
    int visible = Math.min(to, from + limit.reach());
    boolean last = visible - from == limit.reach() || flush;
    int line = scanned;
    while (line < visible) {
      int newline = encoding.indexOfNewline(bytes, from, line, visible);
      if (newline < 0 && !last) {
        cut.scanned = line;
        return false;
      }
      int lineEnd = newline < 0 ? visible : newline + encoding.newlineBytes();
      if (atStart
          ? begins(bytes, from, line, lineEnd, cut)
          : ends(bytes, from, line, lineEnd, cut)) {
        return true;
      }
      line = lineEnd;
    }
    if (last && visible > from) {
      int start = atStart ? ownStart(bytes, from, visible) : from;
      limit.apply(bytes, start, visible, visible, cut);
      return true;
    }
    cut.scanned = line;
    return false;
  }

  @Override
  public int reach() {
    return limit.reach();
  }

  /** Whether a next record begins in the line; then this one ends there. */
  private boolean begins(byte[] bytes, int from, int line, int lineEnd, Cut cut) {
    Line text = new Line(bytes, line, lineEnd);
    Matcher matcher = text.matcher();
    while (matcher.find()) {
      int start = line + text.offset(matcher.start());
      if (start > from) {
        limit.apply(bytes, ownStart(bytes, from, start), start, start, cut);
        return true;
      }
    }
    return false;
  }

  /** Whether this record ends in the line. */
  private boolean ends(byte[] bytes, int from, int line, int lineEnd, Cut cut) {
    Line text = new Line(bytes, line, lineEnd);
    Matcher matcher = text.matcher();
    while (matcher.find()) {
      int end = line + text.offset(matcher.end());
      if (end > from) {
        int textEnd = omit ? line + text.offset(matcher.start()) : end;
        limit.apply(bytes, from, textEnd, encoding.afterLineEnd(bytes, end, lineEnd), cut);
        return true;
      }
    }
    return false;
  }

  /** Where the record's text begins: behind its own pattern when that is left out. */
  private int ownStart(byte[] bytes, int from, int to) {
    if (!omit) {
      return from;
    }
    int newline = encoding.indexOfNewline(bytes, from, from, to);
    Line text = new Line(bytes, from, newline < 0 ? to : newline + encoding.newlineBytes());
    Matcher matcher = text.matcher();
    boolean begins = matcher.find() && matcher.start() == 0;
    return begins ? from + text.offset(matcher.end()) : from;
  }

  private static Pattern compile(String pattern) {
    return Pattern.compile(pattern, Pattern.MULTILINE);
  }

  private static void check(String key, String pattern, Problems problems) {
    String place = "multiline::" + key;
    try {
      compile(pattern);
    } catch (PatternSyntaxException e) {
      problems.add(
          place, "\"" + pattern + "\" (expected: an RE2 expression; " + e.getMessage() + ")");
      return;
    }
    int newline = pattern.indexOf("\\n");
    if (newline >= 0 && newline < pattern.length() - 2) {
      problems.add(
          place,
          "\""
              + pattern
              + "\" (expected: a pattern that matches within one line, \\n only at its end)");
    }
  }

  /** A line in the form the pattern wants, and the way back to indexes of bytes. */
  private final class Line {
    private final byte[] utf8;
    private final String text;

    Line(byte[] bytes, int from, int to) {
      if (encoding.utf8()) {
        this.utf8 = Arrays.copyOfRange(bytes, from, to);
        this.text = "";
      } else {
        this.utf8 = new byte[0];
        this.text = encoding.decode(bytes, from, to);
      }
    }

    Matcher matcher() {
      return encoding.utf8() ? pattern.matcher(utf8) : pattern.matcher(text);
    }

    int offset(int index) {
      return encoding.utf8() ? index : encoding.lengthOf(text.substring(0, index));
    }
  }
}
