package io.millrace.api.telemetry;

/** A message inside an item, group or metric with changes over it. One thread at a time. */
class PartEdit extends MessageEdit {
  private final Runnable changing;

  PartEdit(byte[] a, int from, int to, Runnable changing) {
    super(a, from, to, new Fields(a, from, to));
    this.changing = changing;
  }

  @Override
  void changing() {
    changing.run();
  }
}
