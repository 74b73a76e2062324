package io.millrace.api.telemetry;

/** An {@code InstrumentationScope} in place. */
final class ScopeView extends MessageView implements Scope {
  static final int ATTRIBUTES = Wire.tag(3, Wire.LEN);
  static final Scope NONE = new ScopeView(Wire.NOTHING, 0, 0);

  ScopeView(byte[] a, int from, int to) {
    super(MessageType.SCOPE, a, from, to);
  }

  @Override
  public String name() {
    return text(1);
  }

  @Override
  public String version() {
    return text(2);
  }

  @Override
  public Attributes attributes() {
    return new WireAttributes(a, from, to, ATTRIBUTES);
  }

  @Override
  public long droppedAttributesCount() {
    return unsigned32(4);
  }
}
