package io.millrace.api.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Statements over every item, against the same on generated messages. */
class EditStatementsTest {
  private static final AttributeKey A = AttributeKey.of("a");

  /**
   * Three statements over every item: the resource's x is set to the item's a, an item whose b is a
   * string goes once its resource has an x, b is renamed to renamed. Later items see x.
   */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROFILES")
  void editsAcrossLevelsLikeTheOracle(Signal signal) throws Exception {
    int removed = 0;
    for (int seed = 0; seed < 400; seed++) {
      Batch batch = PartsTest.random(signal, seed);
      Batch edited =
          batch.edit(session -> session.forEachItem(EditStatementsTest::threeStatements));
      Message expected = new OracleEdit().apply(Oracle.parse(signal, batch.toBytes()));
      assertThat(Oracle.parse(signal, edited.toBytes()))
          .describedAs("%s, seed %d", signal, seed)
          .isEqualTo(expected);
      assertThat(edited.itemCount())
          .describedAs("%s, seed %d", signal, seed)
          .isEqualTo(Oracle.items(expected).size());
      assertThat(Batch.read(signal, edited.toBytes()).itemCount()).isEqualTo(edited.itemCount());
      removed += batch.itemCount() - edited.itemCount();
    }
    assertThat(removed).isPositive();
  }

  private static void threeStatements(EditableGroup group, EditableScope scope, EditableItem item) {
    Value a = item.attributes().get(A);
    Value b = item.attributes().get("b");
    if (b != null && b.type() == ValueType.STRING && group.attributes().contains("x")) {
      item.remove();
      return;
    }
    if (a != null) {
      group.attributes().put("x", a);
    }
    item.attributes().rename("b", "renamed");
  }

  /** The same statements on generated messages. */
  private static final class OracleEdit {

    Message apply(Message request) {
      Message.Builder builder = request.toBuilder();
      for (FieldDescriptor field : request.getAllFields().keySet()) {
        builder.clearField(field);
        for (Object group : (List<?>) request.getField(field)) {
          Message edited = group((Message) group);
          if (edited != null) {
            builder.addRepeatedField(field, edited);
          }
        }
      }
      return builder.build();
    }

    private @Nullable Message group(Message group) {
      FieldDescriptor resource = group.getDescriptorForType().findFieldByNumber(1);
      Message.Builder resourceBuilder = ((Message) group.getField(resource)).toBuilder();
      Message.Builder builder = group.toBuilder();
      boolean gone = children(builder, 2, scope -> items(scope, resourceBuilder));
      if (group.hasField(resource) || !resourceBuilder.getAllFields().isEmpty()) {
        builder.setField(resource, resourceBuilder.build());
      }
      return gone ? null : builder.build();
    }

    private @Nullable Message items(Message scope, Message.Builder resource) {
      Message.Builder builder = scope.toBuilder();
      boolean metrics = scope.getDescriptorForType().getName().equals("ScopeMetrics");
      boolean gone =
          children(builder, 2, child -> metrics ? metric(child, resource) : item(child, resource));
      return gone ? null : builder.build();
    }

    private @Nullable Message metric(Message metric, Message.Builder resource) {
      Message.Builder builder = metric.toBuilder();
      for (FieldDescriptor field : metric.getAllFields().keySet()) {
        if (field.getContainingOneof() != null) {
          Message.Builder data = ((Message) metric.getField(field)).toBuilder();
          if (children(data, 1, point -> item(point, resource))) {
            return null;
          }
          builder.setField(field, data.build());
        }
      }
      return builder.build();
    }

    private @Nullable Message item(Message item, Message.Builder resource) {
      FieldDescriptor field = item.getDescriptorForType().findFieldByName("attributes");
      List<KeyValue> attributes = keyValues(item.getField(field));
      FieldDescriptor resourceField = resource.getDescriptorForType().findFieldByName("attributes");
      List<KeyValue> resourceAttributes = keyValues(resource.getField(resourceField));
      KeyValue a = find(attributes, "a");
      KeyValue b = find(attributes, "b");
      if (b != null && b.getValue().hasStringValue() && find(resourceAttributes, "x") != null) {
        return null;
      }
      if (a != null) {
        KeyValue x = find(resourceAttributes, "x");
        KeyValue replaced = keyValue("x", a.getValue());
        if (x == null) {
          resourceAttributes.add(replaced);
        } else {
          resourceAttributes.set(identity(resourceAttributes, x), replaced);
        }
        resource.setField(resourceField, resourceAttributes);
      }
      if (b == null) {
        return item;
      }
      attributes.set(identity(attributes, b), b.toBuilder().setKey("renamed").build());
      return item.toBuilder().setField(field, attributes).build();
    }

    /** Whether there were children and all are gone. */
    private static boolean children(
        Message.Builder builder, int number, Function<Message, @Nullable Message> edit) {
      FieldDescriptor field = builder.getDescriptorForType().findFieldByNumber(number);
      List<?> before = List.copyOf((List<?>) builder.getField(field));
      List<Message> after = new ArrayList<>();
      for (Object child : before) {
        Message edited = edit.apply((Message) child);
        if (edited != null) {
          after.add(edited);
        }
      }
      builder.setField(field, after);
      return !before.isEmpty() && after.isEmpty();
    }

    private static KeyValue keyValue(String key, AnyValue value) {
      return KeyValue.newBuilder().setKey(key).setValue(value).build();
    }

    private static List<KeyValue> keyValues(Object field) {
      List<KeyValue> keyValues = new ArrayList<>();
      for (Object keyValue : (List<?>) field) {
        keyValues.add((KeyValue) keyValue);
      }
      return keyValues;
    }

    private static @Nullable KeyValue find(List<KeyValue> attributes, String key) {
      return attributes.stream().filter(e -> e.getKey().equals(key)).findFirst().orElse(null);
    }

    private static int identity(List<KeyValue> attributes, KeyValue one) {
      int index = 0;
      while (!attributes.get(index).getKey().equals(one.getKey())) {
        index++;
      }
      return index;
    }
  }
}
