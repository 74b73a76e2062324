package io.millrace.api.telemetry;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The attributes of a message that is being changed. */
final class AttributesEdit implements EditableAttributes {
  private final MessageEdit message;
  private final int tag;

  AttributesEdit(MessageEdit message, int tag) {
    this.message = message;
    this.tag = tag;
  }

  @Override
  public int size() {
    return message.attributes(tag).size();
  }

  @Override
  public @Nullable Value get(AttributeKey key) {
    return message.attribute(tag, key.utf8);
  }

  @Override
  public @Nullable Value get(String key) {
    return message.attribute(tag, utf8(key));
  }

  @Override
  public Iterator<Attribute> iterator() {
    return Collections.unmodifiableList(message.attributes(tag)).iterator();
  }

  @Override
  public void put(AttributeKey key, Value value) {
    message.putAttribute(tag, key.utf8, value);
  }

  @Override
  public void put(String key, Value value) {
    message.putAttribute(tag, utf8(key), value);
  }

  @Override
  public boolean putIfAbsent(AttributeKey key, Value value) {
    return message.putAbsentAttribute(tag, key.utf8, value);
  }

  @Override
  public boolean remove(AttributeKey key) {
    return message.removeAttribute(tag, key.utf8);
  }

  @Override
  public boolean remove(String key) {
    return message.removeAttribute(tag, utf8(key));
  }

  @Override
  public boolean rename(String from, String to) {
    return message.renameAttribute(tag, utf8(from), utf8(to));
  }

  @Override
  public void clear() {
    message.clearAttributes(tag);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
