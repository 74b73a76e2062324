package io.millrace.api.telemetry;

/**
 * Attributes while they are changed. One thread at a time. Going through them shows what was there
 * when it began, so they may be changed meanwhile.
 */
public interface EditableAttributes extends Attributes {

  /** Sets the value of a key; a new key goes to the end, an existing one keeps its place. */
  void put(AttributeKey key, Value value);

  /** Sets the value of a key; {@link #put(AttributeKey, Value)} is cheaper. */
  void put(String key, Value value);

  /** Sets the value of a key that is not there; answers whether it was not. */
  boolean putIfAbsent(AttributeKey key, Value value);

  /** Removes a key, wherever it is; answers whether there was one. */
  boolean remove(AttributeKey key);

  /** Removes a key, wherever it is; answers whether there was one. */
  boolean remove(String key);

  /**
   * Gives a value another key at the same place; an attribute that has that key already is removed.
   *
   * @return whether there was one to rename
   */
  boolean rename(String from, String to);

  /** Removes all. */
  void clear();
}
