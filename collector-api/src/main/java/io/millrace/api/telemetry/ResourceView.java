package io.millrace.api.telemetry;

/** A {@code Resource} in place. */
final class ResourceView extends MessageView implements Resource {
  static final int ATTRIBUTES = Wire.tag(1, Wire.LEN);
  static final Resource NONE = new ResourceView(Wire.NOTHING, 0, 0);

  ResourceView(byte[] a, int from, int to) {
    super(MessageType.RESOURCE, a, from, to);
  }

  @Override
  public Attributes attributes() {
    return new WireAttributes(a, from, to, ATTRIBUTES);
  }

  @Override
  public long droppedAttributesCount() {
    return unsigned32(2);
  }
}
