package io.millrace.fuzz;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as builders of the generated classes that can be changed like a session, by the
 * plainest means: lists of lists. One thread at a time.
 */
final class Mirror {
  final List<Group> groups = new ArrayList<>();
  private final Message.Builder head;
  private final FieldDescriptor groupsField;
  private final boolean metrics;

  Mirror(Message request) {
    head = request.toBuilder();
    groupsField = head.getDescriptorForType().findFieldByNumber(1);
    metrics = head.getDescriptorForType().getName().contains("Metrics");
    for (Object group : (List<?>) request.getField(groupsField)) {
      groups.add(new Group((Message) group));
    }
    head.clearField(groupsField);
  }

  Group addGroup() {
    Group group = new Group(head.newBuilderForField(groupsField).build());
    group.added = true;
    groups.add(group);
    return group;
  }

  Message build() {
    Message.Builder request = head.build().toBuilder();
    for (Group group : groups) {
      if (!group.isGone()) {
        request.addRepeatedField(groupsField, group.build());
      }
    }
    return request.build();
  }

  /** The items there are, in order. */
  List<Message> items() {
    List<Message> items = new ArrayList<>();
    for (Group group : groups) {
      for (Scope scope : group.scopes) {
        scope.lists().forEach(list -> list.items.forEach(item -> items.add(item.builder.build())));
      }
    }
    return items;
  }

  /** The messages in a repeated field. */
  static List<Message> messages(Message message, int number) {
    List<Message> messages = new ArrayList<>();
    FieldDescriptor field = message.getDescriptorForType().findFieldByNumber(number);
    for (Object element : (List<?>) message.getField(field)) {
      messages.add((Message) element);
    }
    return messages;
  }

  /** The message without a field. */
  static Message without(Message message, int number) {
    FieldDescriptor field = message.getDescriptorForType().findFieldByNumber(number);
    return message.toBuilder().clearField(field).build();
  }

  static Object get(Message.Builder builder, String name) {
    return builder.getField(builder.getDescriptorForType().findFieldByName(name));
  }

  static void clear(Message.Builder builder, String name) {
    builder.clearField(builder.getDescriptorForType().findFieldByName(name));
  }

  /** Sets a field, also of a message in the message: {@code status.code}. */
  static void set(Message.Builder builder, String path, Object value) {
    int dot = path.indexOf('.');
    FieldDescriptor field =
        builder.getDescriptorForType().findFieldByName(dot < 0 ? path : path.substring(0, dot));
    if (dot >= 0) {
      Message.Builder inner = ((Message) builder.getField(field)).toBuilder();
      set(inner, path.substring(dot + 1), value);
      builder.setField(field, inner.build());
      return;
    }
    if (field.isRepeated()) {
      builder.setField(field, value);
      return;
    }
    switch (field.getJavaType()) {
      case INT -> builder.setField(field, ((Number) value).intValue());
      case ENUM ->
          builder.setField(
              field,
              field.getEnumType().findValueByNumberCreatingIfUnknown(((Number) value).intValue()));
      case BYTE_STRING ->
          builder.setField(field, ByteString.copyFrom(HexFormat.of().parseHex((String) value)));
      case LONG, FLOAT, DOUBLE, BOOLEAN, STRING, MESSAGE -> builder.setField(field, value);
    }
  }

  /** What has attributes, or metadata, which are the same. */
  record Attributed(Message.Builder builder, FieldDescriptor field) {

    static Attributed of(Message.Builder builder, String name) {
      return new Attributed(builder, builder.getDescriptorForType().findFieldByName(name));
    }

    List<KeyValue> all() {
      List<KeyValue> all = new ArrayList<>();
      for (Object keyValue : (List<?>) builder.getField(field)) {
        all.add((KeyValue) keyValue);
      }
      return all;
    }

    @Nullable AnyValue get(String key) {
      int place = place(all(), key);
      return place < 0 ? null : all().get(place).getValue();
    }

    void put(String key, AnyValue value) {
      List<KeyValue> all = all();
      KeyValue added = KeyValue.newBuilder().setKey(key).setValue(value).build();
      int place = place(all, key);
      if (place < 0) {
        all.add(added);
      } else {
        all.set(place, added);
      }
      builder.setField(field, all);
    }

    boolean remove(String key) {
      List<KeyValue> all = all();
      boolean found = all.removeIf(keyValue -> keyValue.getKey().equals(key));
      builder.setField(field, all);
      return found;
    }

    boolean rename(String from, String to) {
      AnyValue value = get(from);
      if (value == null || from.equals(to)) {
        return value != null;
      }
      remove(to);
      List<KeyValue> all = all();
      int place = place(all, from);
      all.set(place, all.get(place).toBuilder().setKey(to).build());
      builder.setField(field, all);
      return true;
    }

    void clear() {
      builder.clearField(field);
    }

    private static int place(List<KeyValue> all, String key) {
      for (int i = 0; i < all.size(); i++) {
        if (all.get(i).getKey().equals(key)) {
          return i;
        }
      }
      return -1;
    }
  }

  /** A message without its field 1, and that field. */
  abstract static class Part {
    final Message.Builder head;
    final Message.Builder first;
    private final FieldDescriptor firstField;

    /** Whether field 1 is to be written. */
    boolean firstPresent;

    Part(Message message) {
      head = message.toBuilder();
      firstField = head.getDescriptorForType().findFieldByNumber(1);
      firstPresent = message.hasField(firstField);
      first = ((Message) message.getField(firstField)).toBuilder();
      head.clearField(firstField);
    }

    Message.Builder building() {
      Message.Builder builder = head.build().toBuilder();
      if (firstPresent) {
        builder.setField(firstField, first.build());
      }
      return builder;
    }

    final FieldDescriptor children() {
      return head.getDescriptorForType().findFieldByNumber(2);
    }
  }

  final class Group extends Part {
    final List<Scope> scopes = new ArrayList<>();
    boolean added;
    boolean removed;

    Group(Message message) {
      super(message);
      for (Object scope : (List<?>) message.getField(children())) {
        scopes.add(new Scope((Message) scope));
      }
      head.clearField(children());
    }

    Scope addScope(String name, String version) {
      Scope scope = new Scope(head.newBuilderForField(children()).build());
      scope.added = true;
      if (!name.isEmpty()) {
        scope.firstPresent = true;
        set(scope.first, "name", name);
      }
      if (!version.isEmpty()) {
        scope.firstPresent = true;
        set(scope.first, "version", version);
      }
      scopes.add(scope);
      return scope;
    }

    void remove() {
      scopes.forEach(Scope::remove);
      removed = true;
    }

    boolean isGone() {
      boolean all = scopes.stream().allMatch(Scope::isGone);
      return removed || (all && (added || !scopes.isEmpty()));
    }

    Message build() {
      Message.Builder builder = building();
      for (Scope scope : scopes) {
        if (!scope.isGone()) {
          builder.addRepeatedField(children(), scope.build());
        }
      }
      return builder.build();
    }
  }

  final class Scope extends Part {
    /** The metrics; in logs and traces one list that stands for the scope itself. */
    private final List<Items> metricsOrOne = new ArrayList<>();

    boolean added;
    boolean removed;

    Scope(Message message) {
      super(message);
      List<Message> inner = new ArrayList<>();
      for (Object child : (List<?>) message.getField(children())) {
        inner.add((Message) child);
      }
      if (metrics) {
        inner.forEach(metric -> metricsOrOne.add(new Items(metric)));
      } else {
        Items one = new Items(null);
        inner.forEach(one::append);
        metricsOrOne.add(one);
      }
      head.clearField(children());
    }

    /** The metrics that are not gone; in logs and traces the items. */
    List<Items> lists() {
      return metrics ? metricsOrOne.stream().filter(list -> !list.isGone()).toList() : metricsOrOne;
    }

    /** A metric that vanishes when it stays without points. */
    Items addMetric(Message metric) {
      Items list = new Items(metric);
      list.added = true;
      metricsOrOne.add(list);
      return list;
    }

    /** A metric like another one, without points. */
    Items addLike(Items other) {
      Items like = new Items(other.build(false));
      metricsOrOne.add(like);
      return like;
    }

    void remove() {
      metricsOrOne.forEach(Items::removeAll);
      removed = true;
    }

    boolean isGone() {
      if (removed) {
        return true;
      }
      if (metrics) {
        return metricsOrOne.stream().allMatch(Items::isGone) && (added || !metricsOrOne.isEmpty());
      }
      Items one = metricsOrOne.get(0);
      return one.items.isEmpty() && (one.lost || added);
    }

    Message build() {
      Message.Builder builder = building();
      for (Items list : lists()) {
        if (metrics) {
          builder.addRepeatedField(children(), list.build(true));
        } else {
          list.items.forEach(item -> builder.addRepeatedField(children(), item.builder.build()));
        }
      }
      return builder.build();
    }
  }

  /** A metric with its points; without a metric the items of a scope. */
  static final class Items {
    final List<One> items = new ArrayList<>();
    final Message.@Nullable Builder metric;
    boolean lost;
    private boolean added;
    private boolean removed;

    Items(@Nullable Message whole) {
      Message.Builder builder = whole == null ? null : whole.toBuilder();
      metric = builder;
      FieldDescriptor data = data();
      if (builder != null && data != null) {
        Message.Builder inner = ((Message) builder.getField(data)).toBuilder();
        FieldDescriptor points = inner.getDescriptorForType().findFieldByNumber(1);
        for (Object point : (List<?>) inner.getField(points)) {
          append((Message) point);
        }
        inner.clearField(points);
        builder.setField(data, inner.build());
      }
    }

    One append(Message item) {
      One one = new One(item.toBuilder(), this);
      items.add(one);
      return one;
    }

    /** A data point of this metric's kind without anything. */
    Message emptyPoint() {
      FieldDescriptor data = data();
      if (metric == null || data == null) {
        throw new IllegalStateException("No metric");
      }
      Message.Builder inner = metric.newBuilderForField(data);
      return inner.newBuilderForField(inner.getDescriptorForType().findFieldByNumber(1)).build();
    }

    void removeAll() {
      lost |= !items.isEmpty();
      items.clear();
      removed = metric != null;
    }

    boolean isGone() {
      return removed || ((lost || added) && items.isEmpty());
    }

    /** The field of the metric that holds its data; null when it has none. */
    @Nullable FieldDescriptor data() {
      return metric == null
          ? null
          : metric.getOneofFieldDescriptor(metric.getDescriptorForType().getOneofs().get(0));
    }

    void setData(String name, Object value) {
      FieldDescriptor data = data();
      if (metric != null && data != null) {
        set(metric, data.getName() + "." + name, value);
      }
    }

    /** A gauge becomes a sum, a sum a gauge. */
    void convert(String name) {
      FieldDescriptor data = data();
      if (metric == null || data == null || data.getName().equals(name)) {
        return;
      }
      FieldDescriptor other = metric.getDescriptorForType().findFieldByName(name);
      try {
        Message.Builder from = ((Message) metric.getField(data)).toBuilder();
        clearSum(from);
        Message.Builder to = metric.newBuilderForField(other);
        to.mergeFrom(from.build().toByteArray());
        clearSum(to);
        metric.setField(other, to.build());
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
    }

    Message build(boolean withPoints) {
      if (metric == null) {
        throw new IllegalStateException("No metric");
      }
      Message.Builder whole = metric.build().toBuilder();
      FieldDescriptor data = data();
      if (withPoints && data != null) {
        Message.Builder inner = ((Message) whole.getField(data)).toBuilder();
        FieldDescriptor points = inner.getDescriptorForType().findFieldByNumber(1);
        items.forEach(item -> inner.addRepeatedField(points, item.builder.build()));
        whole.setField(data, inner.build());
      }
      return whole.build();
    }

    private static void clearSum(Message.Builder builder) {
      for (String name : List.of("aggregation_temporality", "is_monotonic")) {
        FieldDescriptor field = builder.getDescriptorForType().findFieldByName(name);
        if (field != null) {
          builder.clearField(field);
        }
      }
    }
  }

  /** A log record, span or data point. */
  static final class One {
    final Message.Builder builder;
    Items owner;

    One(Message.Builder builder, Items owner) {
      this.builder = builder;
      this.owner = owner;
    }

    void leave() {
      owner.items.remove(this);
      owner.lost = true;
    }

    void moveTo(Items target) {
      leave();
      owner = target;
      target.items.add(this);
    }
  }
}
