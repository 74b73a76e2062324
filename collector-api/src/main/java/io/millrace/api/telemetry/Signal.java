package io.millrace.api.telemetry;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** A kind of telemetry that has pipelines of its own. */
public enum Signal {
  LOGS("logs", "log_records"),
  METRICS("metrics", "metric_points"),
  TRACES("traces", "spans"),

  /**
   * Passed through as bytes: requests are checked from the outside and counted, cut and sent on,
   * but neither read nor changed nor joined.
   */
  PROFILES("profiles", "profiles");

  private static final Set<Signal> READABLE =
      Collections.unmodifiableSet(EnumSet.of(LOGS, METRICS, TRACES));

  private final String id;
  private final String itemNoun;

  Signal(String id, String itemNoun) {
    this.id = id;
    this.itemNoun = itemNoun;
  }

  /** Those whose items can be read and changed: all but profiles. */
  public static Set<Signal> readable() {
    return READABLE;
  }

  /**
   * The name in configuration files: {@code logs}, {@code metrics}, {@code traces}, {@code
   * profiles}.
   */
  public String id() {
    return id;
  }

  /** What metric names call its items, such as {@code log_records}. */
  public String itemNoun() {
    return itemNoun;
  }

  /** Whether its items can be read and changed, and batches of it be joined. */
  public boolean isReadable() {
    return READABLE.contains(this);
  }

  /**
   * What to throw where a signal comes that the component's factory does not list, and so is
   * refused before.
   */
  public UnsupportedOperationException unsupported() {
    return new UnsupportedOperationException(
        id + " (expected: a signal that is handled here; pipelines of others are refused)");
  }
}
