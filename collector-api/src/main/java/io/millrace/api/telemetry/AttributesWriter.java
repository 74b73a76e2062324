package io.millrace.api.telemetry;

/**
 * Takes attributes one after the other and writes them at once. Keys are not compared: the caller
 * writes each once. One thread at a time.
 */
public interface AttributesWriter {

  /** Writes an attribute. */
  AttributesWriter put(AttributeKey key, Value value);

  /** Writes an attribute; {@link #put(AttributeKey, Value)} is cheaper. */
  AttributesWriter put(String key, Value value);

  /** Writes an attribute that is a string. */
  AttributesWriter put(AttributeKey key, String value);

  /** Writes an attribute that is an integer. */
  AttributesWriter put(AttributeKey key, long value);

  /** Writes an attribute that is a string, from its UTF-8; what is invalid becomes U+FFFD. */
  AttributesWriter putUtf8(AttributeKey key, byte[] bytes, int offset, int length);
}
