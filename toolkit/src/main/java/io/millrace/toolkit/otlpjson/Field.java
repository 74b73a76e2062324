package io.millrace.toolkit.otlpjson;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One field of a message. Immutable.
 *
 * @param number the field number
 * @param name the name in JSON
 * @param repeated whether it is a list
 * @param oneof whether it is one of a choice of which a message has one at most
 * @param names the names of an enum by number; empty for other kinds
 * @param shape the message in it; null for other kinds
 */
record Field(
    int number,
    String name,
    Kind kind,
    boolean repeated,
    boolean oneof,
    List<String> names,
    @Nullable Shape shape) {

  /** Whether the elements of the list may be packed. */
  boolean packable() {
    return repeated && kind.wireType != 2;
  }

  int tag() {
    return number << 3 | kind.wireType;
  }

  int packedTag() {
    return number << 3 | 2;
  }

  boolean has(int tag) {
    return tag == tag() || (packable() && tag == packedTag());
  }
}
