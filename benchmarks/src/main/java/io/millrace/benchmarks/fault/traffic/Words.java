package io.millrace.benchmarks.fault.traffic;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.SplittableRandom;

/** Payloads: a time, and words in several scripts. One thread at a time. */
final class Words {
  private static final String[] WORDS = {
    "GET", "/index.html", "200", "took", "17ms", "user=42", "änderung", "İstanbul", "naïve", "価格",
    "𝄞", "\"quoted\"", "back\\slash", "a,b;c", "100%", "<tag>", "e\u0301", "null", "-0.0", "tail"
  };

  private final SplittableRandom random;

  Words(SplittableRandom random) {
    this.random = random;
  }

  /** A payload that begins with a time. */
  String payload(Instant time) {
    StringBuilder text = new StringBuilder(time(time));
    int count = random.nextInt(4, 24);
    for (int i = 0; i < count; i++) {
      text.append(' ').append(WORDS[random.nextInt(WORDS.length)]);
    }
    return text.toString();
  }

  /** A time as payloads have it: milliseconds, always three digits of them. */
  static String time(Instant time) {
    // One nanosecond more than whole seconds, so that the fraction is always printed; then cut.
    String text = time.truncatedTo(ChronoUnit.MILLIS).plusNanos(1).toString();
    return text.substring(0, 23) + "Z";
  }
}
