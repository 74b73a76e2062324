package io.millrace.api.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Fields that only few processors touch, and items that were not there. */
class EditFieldsTest {

  @Test
  void editsEventsAndLinks() {
    Batch batch =
        scope(
            Signal.TRACES,
            scope -> {
              EditableSpan span = scope.addSpan();
              span.name("call");
              span.events(List.of(SpanEvent.of(1, "a"), SpanEvent.of(2, "b")));
              span.links(List.of(SpanLink.of("ab".repeat(16), "cd".repeat(8))));
            });
    Batch edited = batch.map(item -> changeEventsAndLinks((EditableSpan) item));
    Span span = (Span) only(edited);
    List<String> events = new ArrayList<>();
    for (SpanEvent event : span.events()) {
      events.add(
          event.name()
              + event.timeUnixNanos()
              + event.attributes().size()
              + "/"
              + event.droppedAttributesCount());
    }
    assertThat(events).containsExactly("b20/0", "c31/4");
    SpanLink link = span.links().iterator().next();
    assertThat(link.traceId()).isEqualTo("ab".repeat(16));
    assertThat(link.spanId()).isEqualTo("01".repeat(8));
    assertThat(link.traceState()).isEqualTo("k=v");
    assertThat(link.flags()).isEqualTo(0xffff_ffffL);
    assertThat(link.attributes().get("l")).isEqualTo(Value.of(1));
    assertThat(link.droppedAttributesCount()).isEqualTo(5);
    assertThat(span.droppedAttributesCount()).isEqualTo(6);
    assertThat(span.droppedEventsCount()).isEqualTo(7);
    assertThat(span.droppedLinksCount()).isEqualTo(8);
    assertThat(((Span) only(batch)).events()).hasSize(2);
  }

  private static void changeEventsAndLinks(EditableSpan span) {
    List<SpanEvent> events = new ArrayList<>();
    span.view().events().forEach(events::add);
    events.remove(0);
    events.add(
        SpanEvent.of(0, "")
            .with(
                event -> {
                  event.name("c");
                  event.timeUnixNanos(3);
                  event.attributes().put("e", Value.of(true));
                  event.droppedAttributesCount(4);
                }));
    span.events(events);
    List<SpanLink> links = new ArrayList<>();
    for (SpanLink link : span.view().links()) {
      links.add(
          link.with(
              edit -> {
                edit.spanId("01".repeat(8));
                edit.traceState("k=v");
                edit.flags(-1);
                edit.attributes().put("l", Value.of(1));
                edit.droppedAttributesCount(5);
              }));
    }
    span.links(links);
    span.droppedAttributesCount(6);
    span.droppedEventsCount(7);
    span.droppedLinksCount(8);
    assertThat(span.view().events()).hasSize(2);
  }

  @Test
  void editsEveryFieldOfEveryKindOfPoint() {
    Batch batch =
        scope(
            Signal.METRICS,
            scope -> {
              for (MetricType type : MetricType.values()) {
                if (type != MetricType.NONE) {
                  point(scope.addMetric(type.name(), type).addPoint(), type);
                }
              }
            });
    assertThat(batch.itemCount()).isEqualTo(5);
    batch.forEachItem(
        (group, scope, item) -> {
          DataPoint point = (DataPoint) item;
          switch (point.metric().type()) {
            case NONE -> throw new AssertionError();
            case GAUGE, SUM -> {
              assertThat(point.doubleValue()).isEqualTo(1.5);
              assertThat(point.exemplars().get(0).longValue()).isEqualTo(7);
              assertThat(point.exemplars().get(0).traceId()).isEqualTo("ab".repeat(16));
              assertThat(point.exemplars().get(0).filteredAttributes().size()).isEqualTo(1);
              assertThat(point.exemplars().get(1).doubleValue()).isEqualTo(0.5);
            }
            case HISTOGRAM -> {
              assertThat(point.count()).isEqualTo(3);
              assertThat(point.sum()).isEqualTo(2.5);
              assertThat(point.min()).isEqualTo(0.5);
              assertThat(point.hasMax()).isFalse();
              assertThat(point.bucketCounts()).containsExactly(1, 2);
              assertThat(point.explicitBounds()).containsExactly(1.0);
            }
            case EXPONENTIAL_HISTOGRAM -> {
              assertThat(point.hasSum()).isFalse();
              assertThat(point.hasMin()).isFalse();
              assertThat(point.max()).isEqualTo(9);
              assertThat(point.scale()).isEqualTo(-2);
              assertThat(point.zeroCount()).isEqualTo(4);
              assertThat(point.zeroThreshold()).isEqualTo(0.25);
              assertThat(point.positive().offset()).isEqualTo(-3);
              assertThat(point.positive().counts()).containsExactly(1, -1);
              assertThat(point.negative().counts()).containsExactly(5);
            }
            case SUMMARY -> {
              assertThat(point.count()).isEqualTo(3);
              assertThat(point.sum()).isEqualTo(2.5);
              assertThat(point.quantiles()).containsExactly(new QuantileValue(0.5, 2));
            }
          }
        });
  }

  private static void point(EditableDataPoint point, MetricType type) {
    switch (type) {
      case GAUGE, SUM -> {
        point.longValue(1);
        point.doubleValue(1.5);
        point.exemplars(
            List.of(
                Exemplar.of(1, 2L)
                    .with(
                        exemplar -> {
                          exemplar.longValue(7);
                          exemplar.traceId("ab".repeat(16));
                          exemplar.filteredAttributes().put("x", Value.of(1));
                        }),
                Exemplar.of(1, 0.5)));
        assertThatThrownBy(() -> point.count(1))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("A data point of a " + type + " has no count");
      }
      case HISTOGRAM -> {
        point.count(3);
        point.sum(2.5);
        point.min(0.5);
        point.max(2);
        point.withoutMax();
        point.buckets(new long[] {1, 2}, new double[] {1.0});
        assertThatThrownBy(() -> point.longValue(1))
            .hasMessage("A data point of a HISTOGRAM has no single value");
      }
      case EXPONENTIAL_HISTOGRAM -> {
        point.sum(1);
        point.withoutSum();
        point.min(1);
        point.withoutMin();
        point.max(9);
        point.scale(-2);
        point.zero(4, 0.25);
        point.positive(-3, new long[] {1, -1});
        point.negative(0, new long[] {5});
      }
      case SUMMARY -> {
        point.count(3);
        point.sum(2.5);
        point.quantiles(List.of(new QuantileValue(0.5, 2)));
      }
      case NONE -> throw new AssertionError();
    }
  }

  @Test
  void editsWhatTheProducerLeftOutAndTheEntities() {
    EntityRef ref = new EntityRef("u", "service", List.of("service.name"), List.of("d", "e"));
    Batch batch =
        scope(
            Signal.LOGS,
            scope -> {
              scope.group().droppedAttributesCount(2);
              scope.group().entityRefs(List.of(ref));
              assertThat(scope.group().entityRefs()).containsExactly(ref);
              scope.droppedAttributesCount(3);
              assertThat(scope.droppedAttributesCount()).isEqualTo(3);
              scope.addLogRecord().droppedAttributesCount(4);
            });
    ResourceGroup group = batch.groups().iterator().next();
    assertThat(group.resource().droppedAttributesCount()).isEqualTo(2);
    assertThat(group.resource().entityRefs()).containsExactly(ref);
    assertThat(group.scopes().iterator().next().scope().droppedAttributesCount()).isEqualTo(3);
    assertThat(((LogRecord) only(batch)).droppedAttributesCount()).isEqualTo(4);
  }

  @Test
  void addsOnlyItemsOfItsSignalAndOnlyWithoutOrigins() throws Exception {
    scope(
        Signal.LOGS,
        scope -> {
          assertThatThrownBy(scope::addSpan).hasMessage("item: of traces (expected: logs)");
          assertThatThrownBy(() -> scope.addMetric("m", MetricType.SUM))
              .hasMessage("item: of metrics (expected: logs)");
        });
    Batch batch = PartsTest.items(Signal.LOGS, 2).withOrigins(Origins.sequence("s", 0, 2));
    assertThatThrownBy(
            () ->
                batch.edit(
                    session -> session.groups().iterator().next().addScope("", "").addLogRecord()))
        .hasMessage("item: new, without an origin here");
  }

  @Test
  void leavesOutAMetricThatWasAddedAndStayedWithoutPoints() {
    Batch batch = scope(Signal.METRICS, scope -> scope.addMetric("m", MetricType.GAUGE));
    assertThat(batch.sizeBytes()).isZero();
  }

  @Test
  void takesNothingOverFromAGaugeThatBecomesASum() throws Exception {
    // A metric whose gauge has a point and, unknown to gauges, the varint 2 in field 2.
    byte[] gauge = {0x0a, 9, 0x19, 1, 0, 0, 0, 0, 0, 0, 0, 0x10, 2};
    WireWriter out = new WireWriter(64);
    int group = out.begin(0x0a, 0);
    int scope = out.begin(0x12, 0);
    int metric = out.begin(0x12, 0);
    out.bytesField(0x2a, gauge, 0, gauge.length);
    out.end(metric);
    out.end(scope);
    out.end(group);
    Batch edited =
        Batch.read(Signal.METRICS, out.toBytes(), 0, out.size)
            .map(item -> ((EditableDataPoint) item).editableMetric().type(MetricType.SUM));
    Metric sum = ((DataPoint) only(edited)).metric();
    assertThat(sum.type()).isEqualTo(MetricType.SUM);
    assertThat(sum.temporality()).isZero();
  }

  @Test
  void keepsWhatAnAttributeHasThatNobodyKnowsWhenItIsRenamed() throws Exception {
    // The key a, an unknown field 9 and the value x.
    byte[] keyValue = {0x0a, 1, 'a', 0x48, 5, 0x12, 3, 0x0a, 1, 'x'};
    WireWriter out = new WireWriter(64);
    int group = out.begin(0x0a, 0);
    int scope = out.begin(0x12, 0);
    int record = out.begin(0x12, 0);
    out.bytesField(0x32, keyValue, 0, keyValue.length);
    out.end(record);
    out.end(scope);
    out.end(group);
    Batch renamed =
        Batch.read(Signal.LOGS, out.toBytes(), 0, out.size)
            .map(item -> assertThat(item.attributes().rename("a", "long name")).isTrue());
    assertThat(only(renamed).attributes().get("long name")).isEqualTo(Value.of("x"));
    assertThat(new String(renamed.toBytes(), StandardCharsets.ISO_8859_1))
        .contains("long nameH\u0005");
  }

  @Test
  void movesPointsToAMetricThatIsLikeTheirsNow() {
    Batch batch =
        scope(
            Signal.METRICS,
            scope -> {
              EditableMetric metric = scope.addMetric("m", MetricType.GAUGE);
              metric.addPoint();
              metric.addPoint();
            });
    Batch edited =
        batch.edit(
            session -> {
              EditableScope target = session.addGroup().addScope("target", "");
              session.forEachItem(
                  (group, scope, item) -> {
                    item.moveTo(target);
                    EditableMetric metric = ((EditableDataPoint) item).editableMetric();
                    metric.name(metric.view().name() + item.view().index());
                  });
            });
    List<String> names = new ArrayList<>();
    edited.forEachItem((group, scope, item) -> names.add(((DataPoint) item).metric().name()));
    assertThat(names).containsExactly("m0", "m1");
  }

  @Test
  void mapsEveryItem() throws Exception {
    Batch batch = PartsTest.items(Signal.LOGS, 7);
    Batch mapped = batch.map(item -> item.attributes().put("seen", Value.of(true)));
    mapped.forEachItem(
        (group, scope, item) ->
            assertThat(item.attributes().get("seen")).isEqualTo(Value.of(true)));
    assertThat(mapped.itemCount()).isEqualTo(7);
    assertThat(batch.map(item -> {})).isSameAs(batch);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROFILES")
  void bringsItemsOfEqualResourcesAndScopesTogether(Signal signal) throws Exception {
    for (int seed = 0; seed < 60; seed++) {
      Batch one = PartsTest.random(signal, seed);
      Batch other = PartsTest.random(signal, seed + 1000);
      Batch joined = Batch.concat(List.of(one, other, one, other));
      joined = joined.withOrigins(Origins.sequence("s", 0, joined.itemCount()));
      Batch grouped = joined.groupByResource();
      assertThat(grouped.itemCount()).isEqualTo(joined.itemCount());
      assertThat(grouped.sizeBytes()).isEqualTo(grouped.toBytes().length);
      List<String> before = placed(joined);
      List<String> after = placed(grouped);
      assertThat(after).describedAs("seed %d", seed).containsExactlyInAnyOrderElementsOf(before);
      BitSet all = new BitSet();
      for (int i = 0; i < grouped.itemCount(); i++) {
        all.set((int) grouped.origins().start(i));
        assertThat(after.get(i)).isEqualTo(before.get((int) grouped.origins().start(i)));
      }
      assertThat(all.cardinality()).isEqualTo(joined.itemCount());
      assertThat(scopes(grouped)).isLessThanOrEqualTo(scopes(one) + scopes(other));
      if (!grouped.isEmpty()) {
        assertThat(grouped.groupByResource().toBytes()).isEqualTo(grouped.toBytes());
      }
    }
  }

  @Test
  void isTheSameBatchWhereNothingIsToBeGrouped() {
    Batch batch = scope(Signal.LOGS, EditableScope::addLogRecord);
    assertThat(batch.groupByResource()).isSameAs(batch);
    assertThat(Batch.empty(Signal.LOGS).groupByResource().isEmpty()).isTrue();
  }

  private static int scopes(Batch batch) {
    int scopes = 0;
    for (ResourceGroup group : batch.groups()) {
      for (ScopeGroup scope : group.scopes()) {
        scopes += scope.items().iterator().hasNext() ? 1 : 0;
      }
    }
    return scopes;
  }

  /** By item: what it is and what is around it. */
  private static List<String> placed(Batch batch) {
    List<String> placed = new ArrayList<>();
    batch.forEachItem(
        (group, scope, item) ->
            placed.add(
                group.schemaUrl()
                    + list(group.resource().attributes())
                    + scope.schemaUrl()
                    + scope.scope().name()
                    + list(scope.scope().attributes())
                    + item.timeUnixNanos()
                    + list(item.attributes())));
    return placed;
  }

  private static List<String> list(Attributes attributes) {
    List<String> list = new ArrayList<>();
    attributes.forEach(attribute -> list.add(attribute.toString()));
    return list;
  }

  /** A batch of one scope. */
  private static Batch scope(Signal signal, Consumer<EditableScope> items) {
    return Batch.empty(signal)
        .edit(session -> items.accept(session.addGroup().addScope("scope", "")));
  }

  private static Item only(Batch batch) {
    List<Item> items = new ArrayList<>();
    batch.forEachItem((group, scope, item) -> items.add(item));
    assertThat(items).hasSize(1);
    return items.get(0);
  }
}
