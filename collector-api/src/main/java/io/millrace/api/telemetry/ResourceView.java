package io.millrace.api.telemetry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A {@code Resource} in place. */
final class ResourceView extends MessageView implements Resource {
  static final int ATTRIBUTES = Wire.tag(1, Wire.LEN);
  static final int ENTITY_REFS = Wire.tag(3, Wire.LEN);
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

  @Override
  public List<EntityRef> entityRefs() {
    List<EntityRef> refs = new ArrayList<>();
    messages(ENTITY_REFS, Ref::new).forEach(ref -> refs.add(ref.toRecord()));
    return Collections.unmodifiableList(refs);
  }

  /** An {@code EntityRef} in place. */
  private static final class Ref extends MessageView {

    Ref(byte[] a, int from, int to) {
      super(MessageType.ENTITY_REF, a, from, to);
    }

    EntityRef toRecord() {
      return new EntityRef(text(1), text(2), texts(3), texts(4));
    }

    private List<String> texts(int number) {
      List<String> texts = new ArrayList<>();
      Fields field = new Fields(a, from, to);
      while (field.next()) {
        if (field.tag == Wire.tag(number, Wire.LEN)) {
          texts.add(Wire.text(a, field.from, field.to));
        }
      }
      return texts;
    }
  }
}
