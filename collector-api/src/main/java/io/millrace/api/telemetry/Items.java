package io.millrace.api.telemetry;

/** Counts items without reading them. */
final class Items {
  private Items() {}

  /** How many items there are in the message of a type that leads to items. */
  static int count(MessageType type, byte[] a, int from, int to) {
    int count = 0;
    Fields field = new Fields(a, from, to);
    while (field.next()) {
      MessageType child = type.child(field.tag);
      if (child != null) {
        if (child.item) {
          count++;
        } else if (child.container) {
          count += count(child, a, field.from, field.to);
        }
      }
    }
    return count;
  }
}
