package io.millrace.flink.config;

import io.millrace.api.telemetry.Signal;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * One aggregate: which events, in which windows, grouped by what, measured how. Immutable; also
 * kept in the state of open windows, so that they end as they began when the file changes.
 *
 * @param name part of index names: lower-case letters, digits and dashes
 * @param signal which events it counts: all of that signal
 * @param windowMillis length of the tumbling windows, aligned to the epoch
 * @param latenessMillis how long after its end a window takes events
 * @param groupBy what makes a group, in the file's order; empty: one group
 * @param maxGroups the number of groups in a window after which new ones are counted as {@code
 *     _other}
 * @param errorRatio whether documents carry {@code errors} and {@code error_ratio}
 * @param rate whether documents carry {@code rate}, events a second
 * @param measures numeric fields
 */
public record AggregateDefinition(
    String name,
    Signal signal,
    long windowMillis,
    long latenessMillis,
    List<FieldPath> groupBy,
    int maxGroups,
    boolean errorRatio,
    boolean rate,
    List<Measure> measures)
    implements Serializable {

  /** Groups of one window and aggregate that one task may hold before the window is divided. */
  private static final int GROUPS_PER_BUCKET = 2_000;

  public AggregateDefinition {
    groupBy = List.copyOf(groupBy);
    measures = List.copyOf(measures);
  }

  /** The same with another lateness. */
  public AggregateDefinition withLateness(long millis) {
    return new AggregateDefinition(
        name, signal, windowMillis, millis, groupBy, maxGroups, errorRatio, rate, measures);
  }

  /**
   * Name and content in one word: two definitions of one name that differ in anything never share
   * state nor documents.
   */
  public String id() {
    CRC32C crc = new CRC32C();
    crc.update(canonical().getBytes(StandardCharsets.UTF_8));
    return name + "#" + String.format(Locale.ROOT, "%08x", crc.getValue());
  }

  /** The start of the window that holds a time, both in milliseconds since the epoch. */
  public long windowStart(long timeMillis) {
    return Math.floorDiv(timeMillis, windowMillis) * windowMillis;
  }

  /** Into how many keys a window's groups are divided; one up to 2,000 groups. */
  public int buckets() {
    return (maxGroups + GROUPS_PER_BUCKET - 1) / GROUPS_PER_BUCKET;
  }

  /** The number of groups that one of those keys may hold. */
  public int maxGroupsPerBucket() {
    return (maxGroups + buckets() - 1) / buckets();
  }

  private String canonical() {
    StringBuilder text = new StringBuilder();
    text.append(signal.id()).append('|').append(windowMillis).append('|').append(latenessMillis);
    for (FieldPath path : groupBy) {
      text.append("|g:").append(path.text());
    }
    text.append('|').append(maxGroups).append('|').append(errorRatio).append('|').append(rate);
    for (Measure measure : measures) {
      text.append("|m:").append(measure.name()).append('=').append(measure.field().text());
      for (Statistic statistic : measure.statistics()) {
        text.append(',').append(statistic.id());
      }
    }
    return text.toString();
  }
}
