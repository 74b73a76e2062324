package io.millrace.api.telemetry;

/** Counts items without reading them. */
final class Items {
  private Items() {}

  /** How many items there are in the message of a type that leads to items. */
  static int count(MessageType type, byte[] a, int from, int to) {
    return count(type, new Fields(a, from, to), from, to);
  }

  /** The same for a range of the cursor's array; leaves the cursor somewhere in it. */
  static int count(MessageType type, Fields field, int from, int to) {
    int count = 0;
    field.reset(from, to);
    while (field.next()) {
      MessageType child = type.child(field.tag);
      if (child != null) {
        if (child.item) {
          count++;
        } else if (child.container) {
          int next = field.to;
          count += count(child, field, field.from, next);
          field.reset(next, to);
        }
      }
    }
    return count;
  }
}
