package io.millrace.core.delivery;

/** What came of asking a queue for room. */
enum Admission {
  TAKEN("taken"),
  FULL("sending queue is full"),
  NO_MEMORY("the memory budget is used up"),
  STOPPED("stopped");

  private final String text;

  Admission(String text) {
    this.text = text;
  }

  /** In words, after the exporter's name. */
  String text() {
    return text;
  }
}
