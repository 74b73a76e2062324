package io.millrace.receiver.filelog.operator;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A log record while operators change it. One thread at a time.
 *
 * <p>Values are {@code Text}, {@code String}, {@code Long}, {@code Double}, {@code Boolean}, {@code
 * byte[]}, {@code List}, {@code Map} with text keys, or null. The resource has no {@code Text},
 * since it is compared with those of later records.
 */
public final class Entry {
  private @Nullable Object body;
  private Map<String, Object> attributes;
  private Map<String, Object> resource;
  private final long observedTimeUnixNanos;
  private long timeUnixNanos;
  private int severityNumber;
  private String severityText = "";
  private String scopeName = "";
  private @Nullable String failure;

  /** Makes an entry; takes the maps over. */
  public Entry(
      @Nullable Object body,
      Map<String, Object> attributes,
      Map<String, Object> resource,
      long observedTimeUnixNanos) {
    this.body = body;
    this.attributes = attributes;
    this.resource = resource;
    this.observedTimeUnixNanos = observedTimeUnixNanos;
  }

  public @Nullable Object body() {
    return body;
  }

  public void body(@Nullable Object value) {
    body = value;
  }

  public Map<String, Object> attributes() {
    return attributes;
  }

  void attributes(Map<String, Object> values) {
    attributes = values;
  }

  public Map<String, Object> resource() {
    return resource;
  }

  void resource(Map<String, Object> values) {
    resource = values;
  }

  public long observedTimeUnixNanos() {
    return observedTimeUnixNanos;
  }

  /**
   * What a time without a date or year is near to: the quarter of an hour of the observed time,
   * which is the same one when a file is read again.
   */
  Instant readAt() {
    long start = QuarterHour.start(QuarterHour.of(observedTimeUnixNanos));
    return Instant.ofEpochSecond(start / 1_000_000_000L);
  }

  public long timeUnixNanos() {
    return timeUnixNanos;
  }

  void timeUnixNanos(long nanos) {
    timeUnixNanos = nanos;
  }

  public int severityNumber() {
    return severityNumber;
  }

  public String severityText() {
    return severityText;
  }

  void severity(int number, String text) {
    severityNumber = number;
    severityText = text;
  }

  public String scopeName() {
    return scopeName;
  }

  void scopeName(String name) {
    scopeName = name;
  }

  /** Why the last operator that failed on this entry did; null when none has. */
  public @Nullable String failure() {
    return failure;
  }

  void failure(String reason) {
    failure = reason;
  }
}
