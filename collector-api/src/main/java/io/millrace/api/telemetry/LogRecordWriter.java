package io.millrace.api.telemetry;

/**
 * Writes one log record of a {@link LogsBuilder}; valid until the builder's next call. What is not
 * written stays empty; each part is written at most once. One thread at a time.
 */
public interface LogRecordWriter extends AttributesWriter {

  /** Nanoseconds since the Unix epoch. */
  LogRecordWriter timeUnixNanos(long nanos);

  /** Nanoseconds since the Unix epoch at which the record was read. */
  LogRecordWriter observedTimeUnixNanos(long nanos);

  /**
   * The severity.
   *
   * @param number 1 to 24; 0 when unknown
   * @param text as the source writes it; empty when unknown
   */
  LogRecordWriter severity(int number, String text);

  /**
   * The message.
   *
   * @throws IllegalStateException when the record has a body
   */
  LogRecordWriter body(Value body);

  /**
   * The message, from its UTF-8; what is invalid becomes U+FFFD.
   *
   * @throws IllegalStateException when the record has a body
   */
  LogRecordWriter bodyUtf8(byte[] bytes, int offset, int length);

  /** 16 bytes. */
  LogRecordWriter traceId(byte[] id);

  /** 8 bytes. */
  LogRecordWriter spanId(byte[] id);

  /** The W3C trace flags. */
  LogRecordWriter flags(int flags);

  /** What kind of event this is. */
  LogRecordWriter eventName(String name);

  /** Where the record came from; for every record of a batch or for none. */
  LogRecordWriter origin(String stream, long start, long end, int sub);

  @Override
  LogRecordWriter put(AttributeKey key, Value value);

  @Override
  LogRecordWriter put(String key, Value value);

  @Override
  LogRecordWriter put(AttributeKey key, String value);

  @Override
  LogRecordWriter put(AttributeKey key, long value);

  @Override
  LogRecordWriter putUtf8(AttributeKey key, byte[] bytes, int offset, int length);
}
