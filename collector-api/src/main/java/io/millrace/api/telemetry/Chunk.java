package io.millrace.api.telemetry;

/** A stretch of bytes that holds whole top-level fields of a request. Immutable by agreement. */
final class Chunk {
  private final byte[] array;
  private final int from;
  private final int to;
  private final int items;

  Chunk(byte[] array, int from, int to, int items) {
    this.array = array;
    this.from = from;
    this.to = to;
    this.items = items;
  }

  byte[] array() {
    return array;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  int items() {
    return items;
  }

  int size() {
    return to - from;
  }
}
