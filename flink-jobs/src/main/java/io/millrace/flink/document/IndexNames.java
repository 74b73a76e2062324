package io.millrace.flink.document;

import java.io.Serializable;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Where documents go. Dates are UTC and come from the documents, never from the clock on the wall.
 *
 * @param prefix the first part of every name
 */
public record IndexNames(String prefix) implements Serializable {

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuu.MM.dd", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** {@code <prefix>-agg-<aggregate>-<date of the window's start>}. */
  public String aggregate(String name, long windowStart) {
    return prefix + "-agg-" + name + "-" + date(windowStart);
  }

  /** {@code <prefix>-late-<date of the Kafka record>}. */
  public String late(long timestamp) {
    return prefix + "-late-" + date(timestamp);
  }

  /** {@code <prefix>-undecodable-<date of the Kafka record>}. */
  public String undecodable(long timestamp) {
    return prefix + "-undecodable-" + date(timestamp);
  }

  /** {@code <prefix>-rejected-<date in the name of the index that refused>}. */
  public String rejected(String index) {
    return prefix + "-rejected-" + index.substring(Math.max(0, index.length() - 10));
  }

  /** Whether the index is one of {@link #rejected}. */
  public boolean isRejected(String index) {
    return index.startsWith(prefix + "-rejected-");
  }

  private static String date(long millis) {
    return DATE.format(Instant.ofEpochMilli(millis));
  }
}
