package io.millrace.exporter.elasticsearch;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The date at the end of an index name. Thread-safe. */
final class DateSuffix {
  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final String separator;
  private final DateTimeFormatter formatter;

  /** The suffix of the last second asked for; records come in order mostly. */
  private volatile Cached cached;

  private record Cached(long second, String suffix) {}

  DateSuffix(LogstashFormatConfig config) {
    this.separator = config.prefixSeparator();
    this.formatter = formatter(config.dateFormat());
    this.cached = new Cached(0, make(0));
  }

  /**
   * A formatter of a pattern as strftime's.
   *
   * @throws IllegalArgumentException saying what is expected instead
   */
  static DateTimeFormatter formatter(String pattern) {
    StringBuilder java = new StringBuilder();
    boolean directive = false;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (directive) {
        java.append(field(c));
        directive = false;
      } else if (c == '%') {
        directive = true;
      } else {
        java.append(c == '\'' ? "''" : "'" + c + "'");
      }
    }
    if (directive) {
      java.append(field(' '));
    }
    return DateTimeFormatter.ofPattern(java.toString(), Locale.ROOT).withZone(ZoneOffset.UTC);
  }

  private static String field(char directive) {
    return switch (directive) {
      case 'Y' -> "uuuu";
      case 'y' -> "uu";
      case 'm' -> "MM";
      case 'd' -> "dd";
      case 'j' -> "DDD";
      case 'H' -> "HH";
      case 'M' -> "mm";
      case 'S' -> "ss";
      case '%' -> "'%'";
      default ->
          throw new IllegalArgumentException("%Y, %y, %m, %d, %j, %H, %M, %S or %% after each %");
    };
  }

  /** Separator and date of a time in nanoseconds since 1970, unsigned. */
  String of(long unixNanos) {
    long second = Long.divideUnsigned(unixNanos, NANOS_PER_SECOND);
    Cached last = cached;
    if (last.second != second) {
      last = new Cached(second, make(second));
      cached = last;
    }
    return last.suffix;
  }

  private String make(long second) {
    return separator + formatter.format(Instant.ofEpochSecond(second));
  }
}
