package io.millrace.api.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EditTest {
  private static final AttributeKey A = AttributeKey.of("a");

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
}
