package io.millrace.api.telemetry;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A group with changes over it. One thread at a time. */
final class GroupEdit implements EditableGroup {
  private static final int GROUP = Wire.tag(1, Wire.LEN);
  private static final int SCHEMA_URL = Wire.tag(3, Wire.LEN);

  private final SessionEdit session;
  private final GroupView original;
  private final int firstItem;
  private final boolean added;
  private @Nullable List<ScopeEdit> scopes;
  private @Nullable PartEdit resource;
  private @Nullable EditableAttributes attributes;
  private @Nullable String schemaUrl;
  private boolean touched;
  private boolean removed;

  /** The group in a range of bytes; a new one in an empty range. */
  GroupEdit(SessionEdit session, byte[] a, int from, int to, int firstItem, boolean added) {
    this.session = session;
    this.original = new GroupView(session.signal(), a, from, to, firstItem);
    this.firstItem = firstItem;
    this.added = added;
    this.touched = added;
  }

  @Override
  public EditableAttributes attributes() {
    EditableAttributes known = attributes;
    if (known == null) {
      known = new AttributesEdit(part(), ResourceView.ATTRIBUTES);
      attributes = known;
    }
    return known;
  }

  @Override
  public long droppedAttributesCount() {
    return now().droppedAttributesCount();
  }

  @Override
  public void droppedAttributesCount(long count) {
    part().varint(2, count & 0xffff_ffffL);
  }

  @Override
  public List<EntityRef> entityRefs() {
    return now().entityRefs();
  }

  @Override
  public void entityRefs(List<EntityRef> refs) {
    WireWriter out = new WireWriter(64 * refs.size());
    for (EntityRef ref : refs) {
      int mark = out.begin(ResourceView.ENTITY_REFS, 64);
      if (!ref.schemaUrl().isEmpty()) {
        out.textField(Wire.tag(1, Wire.LEN), ref.schemaUrl());
      }
      if (!ref.type().isEmpty()) {
        out.textField(Wire.tag(2, Wire.LEN), ref.type());
      }
      ref.idKeys().forEach(key -> out.textField(Wire.tag(3, Wire.LEN), key));
      ref.descriptionKeys().forEach(key -> out.textField(Wire.tag(4, Wire.LEN), key));
      out.end(mark);
    }
    part().replaceFields(ResourceView.ENTITY_REFS, ResourceView.ENTITY_REFS, out);
  }

  @Override
  public String schemaUrl() {
    return schemaUrl == null ? original.schemaUrl() : schemaUrl;
  }

  @Override
  public void schemaUrl(String url) {
    changing();
    schemaUrl = url;
  }

  @Override
  public Iterable<EditableScope> scopes() {
    return () -> {
      List<EditableScope> present = new ArrayList<>();
      for (ScopeEdit scope : scopeEdits()) {
        if (!scope.isRemoved()) {
          present.add(scope);
        }
      }
      return present.iterator();
    };
  }

  @Override
  public EditableScope addScope(String name, String version) {
    changing();
    ScopeEdit scope = new ScopeEdit(this, Wire.NOTHING, 0, 0, 0, true);
    scopeEdits().add(scope);
    if (!name.isEmpty()) {
      scope.name(name);
    }
    if (!version.isEmpty()) {
      scope.version(version);
    }
    return scope;
  }

  @Override
  public void remove() {
    scopeEdits().forEach(ScopeEdit::remove);
    changing();
    session.restructured();
    removed = true;
  }

  Signal signal() {
    return session.signal();
  }

  SessionEdit session() {
    return session;
  }

  boolean isRemoved() {
    return removed;
  }

  void changing() {
    session.changing();
    touched = true;
  }

  /** Shows the items that did not arrive during the pass. */
  void visit(EditableItemVisitor visitor, int pass) {
    List<ScopeEdit> present = scopeEdits();
    int end = present.size();
    for (int i = 0; i < end; i++) {
      present.get(i).visit(visitor, pass);
    }
  }

  /** Number of items before the session. */
  int count() {
    return session.count(original.messageType(), original.a, original.from, original.to);
  }

  void writeTo(WireWriter out) {
    if (!touched) {
      out.bytesField(GROUP, original.a, original.from, original.to);
      if (session.isRestructured()) {
        session.written(firstItem, count());
      }
      return;
    }
    if (isGone()) {
      return;
    }
    int mark = out.begin(GROUP, original.to - original.from);
    PartEdit part = resource;
    boolean partTouched = part != null && part.isTouched();
    writeRest(out, session.cursor(), original, partTouched, schemaUrl);
    if (part != null && partTouched) {
      int inner = out.begin(GroupView.RESOURCE, part.to - part.from);
      part.writeTo(out);
      out.end(inner);
    }
    List<ScopeEdit> list = scopeEdits();
    for (int i = 0; i < list.size(); i++) {
      list.get(i).writeTo(out);
    }
    out.end(mark);
  }

  /**
   * Writes what stays of a group or scope besides field 2: field 1 unless it changed, field 3
   * unless it changed, and whatever else there is.
   */
  static void writeRest(
      WireWriter out,
      Fields field,
      MessageView original,
      boolean firstChanged,
      @Nullable String schemaUrl) {
    field.reset(original.a, original.from, original.to);
    while (field.next()) {
      boolean replaced =
          field.tag == GroupView.SCOPES
              || (field.tag == GroupView.RESOURCE && firstChanged)
              || (field.tag == SCHEMA_URL && schemaUrl != null);
      if (!replaced) {
        out.raw(original.a, field.start, field.to);
      }
    }
    if (schemaUrl != null) {
      out.textField(SCHEMA_URL, schemaUrl);
    }
  }

  private boolean isGone() {
    if (removed) {
      return true;
    }
    List<ScopeEdit> list = scopeEdits();
    for (int i = 0; i < list.size(); i++) {
      if (!list.get(i).isGone()) {
        return false;
      }
    }
    return !list.isEmpty() || added;
  }

  private List<ScopeEdit> scopeEdits() {
    List<ScopeEdit> list = scopes;
    if (list == null) {
      list = new ArrayList<>(0);
      int next = firstItem;
      ScopeEdit before = null;
      Fields field = session.outerCursor(original.a, original.from, original.to);
      while (field.next()) {
        if (field.tag == GroupView.SCOPES) {
          next += before == null ? 0 : before.count();
          before = new ScopeEdit(this, original.a, field.from, field.to, next, false);
          list.add(before);
        }
      }
      scopes = list;
    }
    return list;
  }

  private Resource now() {
    PartEdit part = resource;
    if (part == null) {
      return original.resource();
    }
    part.flatten();
    return new ResourceView(part.a, part.from, part.to);
  }

  private PartEdit part() {
    PartEdit part = resource;
    if (part == null) {
      int at = original.at(1);
      part =
          at == 0
              ? new PartEdit(Wire.NOTHING, 0, 0, this::changing)
              : new PartEdit(
                  original.a, Wire.varintEnd(original.a, at), original.lenEnd(at), this::changing);
      resource = part;
    }
    return part;
  }
}
