package io.millrace.api.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EditTest {
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
      Batch edited = batch.edit(session -> session.forEachItem(EditTest::threeStatements));
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

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROFILES")
  void givesTheSameBatchWhenNothingChanged(Signal signal) throws Exception {
    Batch batch = PartsTest.items(signal, 20);
    assertThat(
            batch.edit(
                session ->
                    session.forEachItem((group, scope, item) -> item.view().timeUnixNanos())))
        .isSameAs(batch);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROFILES")
  void leavesUntouchedItemsAsTheyWere(Signal signal) throws Exception {
    Batch batch = PartsTest.items(signal, 20);
    Batch edited =
        batch.edit(
            session ->
                session.forEachItem(
                    (group, scope, item) -> {
                      if (item.view().index() == 7) {
                        item.timeUnixNanos(42);
                        assertThat(item.view().timeUnixNanos()).isEqualTo(42);
                      }
                    }));
    List<Message> before = Oracle.items(Oracle.parse(signal, batch.toBytes()));
    List<Message> after = Oracle.items(Oracle.parse(signal, edited.toBytes()));
    assertThat(after).hasSize(20);
    for (int i = 0; i < 20; i++) {
      if (i == 7) {
        assertThat(after.get(i)).isNotEqualTo(before.get(i));
      } else {
        assertThat(after.get(i)).isEqualTo(before.get(i));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROFILES")
  void movesItemsToANewGroupWithTheirOrigins(Signal signal) throws Exception {
    Batch batch = PartsTest.items(signal, 12).withOrigins(Origins.sequence("s", 50, 12));
    Batch edited =
        batch.edit(
            session -> {
              EditableGroup group = session.addGroup();
              group.attributes().put("moved", Value.of(true));
              group.schemaUrl("http://schema");
              EditableScope target = group.addScope("target", "1");
              session.forEachItem(
                  (from, scope, item) -> {
                    if (item.view().index() % 3 == 0) {
                      item.moveTo(target);
                    }
                  });
            });
    assertThat(edited.itemCount()).isEqualTo(12);
    List<Long> starts = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      starts.add(edited.origins().start(i));
    }
    assertThat(starts).containsExactly(51L, 52L, 54L, 55L, 57L, 58L, 60L, 61L, 50L, 53L, 56L, 59L);
    List<Message> before = Oracle.items(Oracle.parse(signal, batch.toBytes()));
    List<Message> after = Oracle.items(Oracle.parse(signal, edited.toBytes()));
    for (int i = 0; i < 12; i++) {
      assertThat(after.get(i)).isEqualTo(before.get((int) (starts.get(i) - 50)));
    }
    List<ResourceGroup> groups = new ArrayList<>();
    edited.groups().forEach(groups::add);
    ResourceGroup last = groups.get(groups.size() - 1);
    assertThat(last.schemaUrl()).isEqualTo("http://schema");
    assertThat(last.resource().attributes().get("moved")).isEqualTo(Value.of(true));
    assertThat(last.scopes().iterator().next().scope().name()).isEqualTo("target");
    assertThat(last.scopes().iterator().next().items()).hasSize(4);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROFILES")
  void givesCopiesIdsOfTheirOwn(Signal signal) throws Exception {
    Batch batch = PartsTest.items(signal, 5).withOrigins(Origins.sequence("s", 0, 5));
    Batch edited = batch;
    for (int round = 0; round < 3; round++) {
      edited =
          edited.edit(
              session ->
                  session.forEachItem(
                      (group, scope, item) -> {
                        scope.add(item.view());
                        scope.add(item.view()).attributes().put("copy", Value.of(1));
                      }));
    }
    assertThat(edited.itemCount()).isEqualTo(5 * 27);
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < edited.itemCount(); i++) {
      ids.add(edited.origins().documentId(i));
    }
    assertThat(ids).hasSize(5 * 27);
    assertThat(Batch.read(signal, edited.toBytes()).itemCount()).isEqualTo(5 * 27);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROFILES")
  void givesCopiesIdsOfTheirOwnWhereNothingElseChanges(Signal signal) throws Exception {
    Batch edited = PartsTest.items(signal, 5).withOrigins(Origins.sequence("s", 0, 5));
    for (int round = 0; round < 3; round++) {
      edited =
          edited.edit(
              session -> {
                EditableScope copies = session.addGroup().addScope("copies", "");
                session.forEachItem((group, scope, item) -> copies.add(item.view()));
              });
    }
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < edited.itemCount(); i++) {
      ids.add(edited.origins().documentId(i));
    }
    assertThat(ids).hasSize(5 * 8).hasSize(edited.itemCount());
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROFILES")
  void leavesOutWhatItEmptied(Signal signal) throws Exception {
    Batch batch = PartsTest.items(signal, 9);
    Batch none = batch.edit(session -> session.forEachItem((group, scope, item) -> item.remove()));
    assertThat(none.isEmpty()).isTrue();
    assertThat(none.groups()).isEmpty();
    Batch groups = batch.edit(session -> session.groups().forEach(EditableGroup::remove));
    assertThat(groups.isEmpty()).isTrue();
    assertThat(groups.groups()).isEmpty();
    Batch added = batch.edit(session -> session.addGroup().addScope("empty", ""));
    assertThat(Oracle.parse(signal, added.toBytes()))
        .isEqualTo(Oracle.parse(signal, batch.toBytes()));
  }

  @Test
  void editsEveryPartOfALogRecord() throws Exception {
    Batch batch = PartsTest.items(Signal.LOGS, 3);
    Batch edited =
        batch.edit(
            session ->
                session.forEachItem(
                    (group, scope, item) -> {
                      EditableLogRecord log = (EditableLogRecord) item;
                      log.timeUnixNanos(1);
                      log.observedTimeUnixNanos(2);
                      log.severityNumber(3);
                      assertThat(log.view().severityNumber()).isEqualTo(3);
                      log.severityNumber(4);
                      log.severityText("warn");
                      log.body(Value.of("body"));
                      assertThat(log.view().body().stringValue()).isEqualTo("body");
                      log.traceId("0102030405060708090a0b0c0d0e0f10");
                      log.spanId("0102030405060708");
                      log.flags(5);
                      log.eventName("event");
                      scope.name("scope");
                      scope.version("2");
                      scope.schemaUrl("http://s");
                      scope.attributes().put(A, Value.of(9));
                    }));
    edited.forEachItem(
        (group, scope, item) -> {
          LogRecord log = (LogRecord) item;
          assertThat(log.timeUnixNanos()).isEqualTo(1);
          assertThat(log.observedTimeUnixNanos()).isEqualTo(2);
          assertThat(log.severityNumber()).isEqualTo(4);
          assertThat(log.severityText()).isEqualTo("warn");
          assertThat(log.body()).isEqualTo(Value.of("body"));
          assertThat(log.traceId()).isEqualTo("0102030405060708090a0b0c0d0e0f10");
          assertThat(log.spanId()).isEqualTo("0102030405060708");
          assertThat(log.flags()).isEqualTo(5);
          assertThat(log.eventName()).isEqualTo("event");
          assertThat(scope.scope().name()).isEqualTo("scope");
          assertThat(scope.scope().version()).isEqualTo("2");
          assertThat(scope.schemaUrl()).isEqualTo("http://s");
          assertThat(scope.scope().attributes().get(A)).isEqualTo(Value.of(9));
        });
    Batch cleared =
        edited.edit(
            s -> s.forEachItem((group, scope, item) -> ((EditableLogRecord) item).traceId("")));
    cleared.forEachItem((group, scope, item) -> assertThat(((LogRecord) item).traceId()).isEmpty());
  }

  @Test
  void editsEveryPartOfASpan() throws Exception {
    Batch edited =
        PartsTest.items(Signal.TRACES, 3)
            .edit(
                session ->
                    session.forEachItem(
                        (group, scope, item) -> {
                          EditableSpan span = (EditableSpan) item;
                          span.timeUnixNanos(1);
                          span.endTimeUnixNanos(2);
                          span.name("name");
                          span.kind(3);
                          span.statusCode(2);
                          span.statusMessage("broken");
                          assertThat(span.view().statusCode()).isEqualTo(2);
                          span.traceState("k=v");
                          span.traceId("0102030405060708090a0b0c0d0e0f10");
                          span.spanId("0102030405060708");
                          span.parentSpanId("");
                          span.flags(7);
                        }));
    edited.forEachItem(
        (group, scope, item) -> {
          Span span = (Span) item;
          assertThat(span.startTimeUnixNanos()).isEqualTo(1);
          assertThat(span.endTimeUnixNanos()).isEqualTo(2);
          assertThat(span.name()).isEqualTo("name");
          assertThat(span.kind()).isEqualTo(3);
          assertThat(span.statusCode()).isEqualTo(2);
          assertThat(span.statusMessage()).isEqualTo("broken");
          assertThat(span.traceState()).isEqualTo("k=v");
          assertThat(span.traceId()).isEqualTo("0102030405060708090a0b0c0d0e0f10");
          assertThat(span.spanId()).isEqualTo("0102030405060708");
          assertThat(span.parentSpanId()).isEmpty();
          assertThat(span.flags()).isEqualTo(7);
        });
  }

  @Test
  void editsMetricsAndTheirPoints() throws Exception {
    Batch edited =
        PartsTest.items(Signal.METRICS, 30)
            .edit(
                session -> {
                  for (EditableGroup group : session.groups()) {
                    for (EditableScope scope : group.scopes()) {
                      for (EditableMetric metric : scope.metrics()) {
                        metric.name("renamed");
                        metric.description("d");
                        metric.unit("By");
                        metric.metadata().put("m", Value.of("v"));
                        assertThat(metric.view().name()).isEqualTo("renamed");
                        if (metric.view().type() == MetricType.GAUGE) {
                          metric.type(MetricType.SUM);
                          metric.temporality(2);
                          metric.monotonic(true);
                        }
                        for (EditableDataPoint point : metric.points()) {
                          point.startTimeUnixNanos(1);
                          point.flags(3);
                          if (metric.view().type() == MetricType.SUM) {
                            point.longValue(5);
                            point.doubleValue(2.5);
                            assertThat(point.view().hasLongValue()).isFalse();
                          }
                          assertThat(point.view().metric().unit()).isEqualTo("By");
                        }
                      }
                    }
                  }
                });
    edited.forEachItem(
        (group, scope, item) -> {
          DataPoint point = (DataPoint) item;
          assertThat(point.metric().name()).isEqualTo("renamed");
          assertThat(point.metric().description()).isEqualTo("d");
          assertThat(point.metric().metadata().get("m")).isEqualTo(Value.of("v"));
          assertThat(point.metric().type()).isNotEqualTo(MetricType.GAUGE);
          assertThat(point.startTimeUnixNanos()).isEqualTo(1);
          assertThat(point.flags()).isEqualTo(3);
          if (point.metric().type() == MetricType.SUM) {
            assertThat(point.doubleValue()).isEqualTo(2.5);
            assertThat(point.hasDoubleValue()).isTrue();
          }
        });
    assertThat(edited.itemCount()).isEqualTo(30);
  }

  @Test
  void keepsThePlaceOfAKeyAndAddsNewOnesLast() throws Exception {
    LogsBuilder builder = Logs.builder();
    builder.record().put(A, "1").put(AttributeKey.of("b"), "2").put(AttributeKey.of("c"), "3");
    Batch edited =
        builder
            .build()
            .edit(
                session ->
                    session.forEachItem(
                        (group, scope, item) -> {
                          EditableAttributes attributes = item.attributes();
                          attributes.put("new", Value.of(4));
                          attributes.put(A, Value.of("one"));
                          assertThat(attributes.rename("c", "new")).isTrue();
                          assertThat(attributes.remove("b")).isTrue();
                          assertThat(attributes.remove("b")).isFalse();
                          attributes.put("b", Value.of("last"));
                          assertThat(attributes.contains("c")).isFalse();
                          assertThat(attributes.size()).isEqualTo(3);
                        }));
    List<String> found = new ArrayList<>();
    edited.forEachItem(
        (group, scope, item) ->
            item.attributes().forEach(a -> found.add(a.key() + "=" + a.value().asText())));
    assertThat(found).containsExactly("a=one", "new=3", "b=last");
  }

  @Test
  void putsWhatIsAbsentAndLeavesWhatIsThere() throws Exception {
    LogsBuilder builder = Logs.builder();
    builder.record().put(A, "1");
    Batch batch = builder.build();
    AttributeKey added = AttributeKey.of("added");
    assertThat(
            batch.edit(
                session ->
                    session.forEachItem(
                        (group, scope, item) ->
                            assertThat(item.attributes().putIfAbsent(A, Value.of("2"))).isFalse())))
        .isSameAs(batch);
    Batch edited =
        batch.edit(
            session ->
                session.forEachItem(
                    (group, scope, item) -> {
                      EditableAttributes attributes = item.attributes();
                      assertThat(attributes.putIfAbsent(added, Value.of("new"))).isTrue();
                      assertThat(attributes.putIfAbsent(added, Value.of("newer"))).isFalse();
                      attributes.remove(A);
                      assertThat(attributes.putIfAbsent(A, Value.of("again"))).isTrue();
                    }));
    List<String> found = new ArrayList<>();
    edited.forEachItem(
        (group, scope, item) ->
            item.attributes().forEach(a -> found.add(a.key() + "=" + a.value().asText())));
    assertThat(found).containsExactly("added=new", "a=again");
  }

  @Test
  void bearsManyChangesOfOneItem() throws Exception {
    LogsBuilder builder = Logs.builder();
    builder.record().body(Value.of("x"));
    Batch edited =
        builder
            .build()
            .edit(
                session ->
                    session.forEachItem(
                        (group, scope, item) -> {
                          for (int i = 0; i < 300; i++) {
                            item.attributes().put("k" + i, Value.of(i));
                          }
                          for (int i = 0; i < 300; i += 2) {
                            item.attributes().remove("k" + i);
                          }
                          for (int i = 1; i < 300; i += 2) {
                            item.attributes().rename("k" + i, "r" + i);
                          }
                          assertThat(item.attributes().size()).isEqualTo(150);
                          item.attributes().clear();
                          item.attributes().put("only", Value.of(true));
                        }));
    edited.forEachItem(
        (group, scope, item) -> {
          assertThat(item.attributes()).hasSize(1);
          assertThat(((LogRecord) item).body()).isEqualTo(Value.of("x"));
        });
  }

  @Test
  void copiesItemsOfOtherBatchesOnlyWithoutOrigins() throws Exception {
    Batch source = PartsTest.items(Signal.METRICS, 6);
    Batch target = PartsTest.items(Signal.METRICS, 2);
    List<Item> items = new ArrayList<>();
    source.forEachItem((group, scope, item) -> items.add(item));
    Batch edited =
        target.edit(
            session -> {
              EditableScope scope = session.addGroup().addScope("copied", "");
              items.forEach(scope::add);
            });
    assertThat(edited.itemCount()).isEqualTo(8);
    assertThat(Oracle.items(Oracle.parse(Signal.METRICS, edited.toBytes())).subList(2, 8))
        .containsExactlyInAnyOrderElementsOf(
            Oracle.items(Oracle.parse(Signal.METRICS, source.toBytes())));
    Batch withOrigins = target.withOrigins(Origins.sequence("s", 0, 2));
    assertThatThrownBy(
            () ->
                withOrigins.edit(session -> session.addGroup().addScope("", "").add(items.get(0))))
        .hasMessage("item: from elsewhere, without an origin here");
  }

  @Test
  void refusesChangesAfterTheSession() throws Exception {
    List<EditableItem> kept = new ArrayList<>();
    PartsTest.items(Signal.LOGS, 1).edit(s -> s.forEachItem((g, scope, item) -> kept.add(item)));
    assertThatThrownBy(() -> kept.get(0).timeUnixNanos(1)).hasMessage("The session is over");
    assertThatThrownBy(() -> kept.get(0).remove()).hasMessage("The session is over");
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
