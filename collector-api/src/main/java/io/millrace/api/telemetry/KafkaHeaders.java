package io.millrace.api.telemetry;

/** Names of the headers of a Kafka record that carries one OTLP request. */
public final class KafkaHeaders {

  /** {@link Origins#encode()} of the items. */
  public static final String ORIGINS = "millrace-origins";

  /**
   * Earliest event time of the items: nanoseconds since the Unix epoch, 8 bytes big-endian, 0 when
   * none.
   */
  public static final String TIME_MIN = "millrace-time-min";

  /** Latest event time of the items, in the form of {@link #TIME_MIN}. */
  public static final String TIME_MAX = "millrace-time-max";

  /** What the record's value is: {@link #schema(Signal)} in UTF-8. */
  public static final String SCHEMA = "millrace-schema";

  private KafkaHeaders() {}

  /** Content of {@link #SCHEMA}: {@code otlp/1 logs}. */
  public static String schema(Signal signal) {
    return "otlp/1 " + signal.id();
  }
}
