package io.millrace.api.telemetry;

/** A key with its value. Immutable. */
public interface Attribute {

  /** The key; invalid UTF-8 reads as U+FFFD. */
  String key();

  /** The value; {@link Value#EMPTY} when there is none. */
  Value value();
}
