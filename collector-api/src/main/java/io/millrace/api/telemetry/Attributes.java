package io.millrace.api.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * Keys and values in their order. Immutable unless it is {@link EditableAttributes}. Keys should be
 * unique; where they are not, looking one up finds the first. They are compared as bytes, so that
 * nobody finds a key that is no UTF-8.
 */
public interface Attributes extends Iterable<Attribute> {

  /** Number of attributes. Counted at each call. */
  int size();

  /** The value of a key; null when there is none. */
  @Nullable Value get(AttributeKey key);

  /** The value of a key; null when there is none. {@link #get(AttributeKey)} is cheaper. */
  @Nullable Value get(String key);

  /** Whether there is such a key. */
  default boolean contains(String key) {
    return get(key) != null;
  }

  /** Whether there is such a key. */
  default boolean contains(AttributeKey key) {
    return get(key) != null;
  }

  /** Whether there is no attribute. */
  default boolean isEmpty() {
    return !iterator().hasNext();
  }
}
