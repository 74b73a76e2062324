package io.millrace.core.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations in Go's notation: {@code 1h30m}, {@code 1.5s}, {@code 200ms}. */
public final class GoDuration {
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "\u00b5s", 1_000L,
          "\u03bcs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);
  private static final Pattern FORM = Pattern.compile("[-+]?(0|([0-9.]+[a-z\u00b5\u03bc]+)+)");
  private static final Pattern PART =
      Pattern.compile("([0-9]+\\.?[0-9]*|\\.[0-9]+)([a-z\u00b5\u03bc]+)");

  private GoDuration() {}

  /** Reads a duration; empty when the text is none, or exceeds 292 years. */
  public static Optional<Duration> parse(String text) {
    if (!FORM.matcher(text).matches()) {
      return Optional.empty();
    }
    boolean negative = text.startsWith("-");
    String unsigned = negative || text.startsWith("+") ? text.substring(1) : text;
    BigDecimal total = BigDecimal.ZERO;
    if (!"0".equals(unsigned)) {
      Matcher part = PART.matcher(unsigned);
      int end = 0;
      while (part.find() && part.start() == end) {
        Long nanos = NANOS.get(part.group(2));
        if (nanos == null) {
          return Optional.empty();
        }
        total = total.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(nanos)));
        end = part.end();
      }
      if (end != unsigned.length()) {
        return Optional.empty();
      }
    }
    if (total.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      return Optional.empty();
    }
    long nanos = total.longValue();
    return Optional.of(Duration.ofNanos(negative ? -nanos : nanos));
  }

  /** Writes a duration as Go does, without parts that are zero at its end: {@code 1h30m}. */
  public static String format(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    StringBuilder text = new StringBuilder(duration.isNegative() ? "-" : "");
    Duration rest = duration.abs();
    long hours = rest.toHours();
    if (hours > 0) {
      text.append(hours).append('h');
    }
    if (rest.toMinutesPart() > 0) {
      text.append(rest.toMinutesPart()).append('m');
    }
    long nanos = rest.minusMinutes(rest.toMinutes()).toNanos();
    if (nanos == 0) {
      return text.toString();
    }
    boolean whole = rest.compareTo(Duration.ofSeconds(1)) >= 0;
    String unit = whole ? "s" : nanos >= 1_000_000 ? "ms" : nanos >= 1_000 ? "us" : "ns";
    BigDecimal value =
        BigDecimal.valueOf(nanos).divide(BigDecimal.valueOf(NANOS.getOrDefault(unit, 1L)));
    return text.append(value.stripTrailingZeros().toPlainString()).append(unit).toString();
  }
}
