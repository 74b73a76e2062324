package io.millrace.api.telemetry;

/** A resource or an instrumentation scope with changes over it. */
final class PartEdit extends MessageEdit {
  private final Runnable changing;

  PartEdit(byte[] a, int from, int to, Runnable changing) {
    super(a, from, to);
    this.changing = changing;
  }

  @Override
  void changing() {
    changing.run();
  }

  void text(int field, String text) {
    int tag = Wire.tag(field, Wire.LEN);
    WireWriter out = new WireWriter(text.length() + 8);
    out.textField(tag, text);
    putField(out, tag);
  }

  void varint(int field, long value) {
    int tag = Wire.tag(field, Wire.VARINT);
    WireWriter out = new WireWriter(16);
    out.varintField(tag, value);
    putField(out, tag);
  }
}
