package io.millrace.fuzz;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.millrace.api.telemetry.AttributeKey;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.EditSession;
import io.millrace.api.telemetry.EditableAttributes;
import io.millrace.api.telemetry.EditableDataPoint;
import io.millrace.api.telemetry.EditableGroup;
import io.millrace.api.telemetry.EditableItem;
import io.millrace.api.telemetry.EditableMetric;
import io.millrace.api.telemetry.EditableScope;
import io.millrace.api.telemetry.EntityRef;
import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.api.telemetry.MetricType;
import io.millrace.api.telemetry.Signal;
import io.millrace.api.telemetry.Value;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs a random program over an edit session and the same program over the generated classes'
 * builders, and compares what is read meanwhile and what comes out.
 *
 * <p>The input: a byte of which the remainder by 3 is the signal, the length of the program, the
 * program, then the request.
 */
public final class EditTarget {
  private static final AttributeKey STAMP = AttributeKey.of("stamp");

  private static final List<MetricType> TYPES =
      List.of(
          MetricType.GAUGE,
          MetricType.SUM,
          MetricType.HISTOGRAM,
          MetricType.EXPONENTIAL_HISTOGRAM,
          MetricType.SUMMARY);

  private static final Setter<EditableGroup> SCHEMA_OF_GROUP =
      Setter.text("schema_url", EditableGroup::schemaUrl);

  private static final Setter<EditableScope> SCHEMA_OF_SCOPE =
      Setter.text("schema_url", EditableScope::schemaUrl);

  private static final List<Setter<EditableGroup>> RESOURCE =
      List.of(
          Setter.number("dropped_attributes_count", EditableGroup::droppedAttributesCount),
          EditTarget::entityRefs);

  private static final List<Setter<EditableScope>> SCOPE =
      List.of(
          Setter.text("name", EditableScope::name),
          Setter.text("version", EditableScope::version),
          Setter.number("dropped_attributes_count", EditableScope::droppedAttributesCount));

  private static final List<Setter<EditableMetric>> METRIC =
      List.of(
          Setter.text("name", EditableMetric::name),
          Setter.text("description", EditableMetric::description),
          Setter.text("unit", EditableMetric::unit));

  /** An item of two bytes costs its editable form and its change. */
  private static final Allocation ALLOCATION = new Allocation("stamping every item", 88, 16 << 10);

  private final EditSession session;
  private final Mirror mirror;
  private final Program program;

  private EditTarget(EditSession session, Mirror mirror, Program program) {
    this.session = session;
    this.mirror = mirror;
    this.program = program;
  }

  /** Fails when the input is not treated as it should be. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length >= 2) {
      edited(input);
    }
  }

  /** What the program makes of the request; null when that is none. */
  static @Nullable Message edited(byte[] input) {
    Signal signal = DoorTarget.signal(input[0]);
    int programEnd = Math.min(input.length, 2 + (input[1] & 0xff));
    byte[] request = Arrays.copyOfRange(input, programEnd, input.length);
    Batch batch;
    Message message;
    try {
      batch = Batch.read(signal, request.clone());
      message = Oracle.parse(signal, request);
    } catch (MalformedTelemetryException | InvalidProtocolBufferException e) {
      return null;
    }
    Mirror mirror = new Mirror(message);
    Program program = new Program(input, 2, programEnd);
    Batch edited = batch.edit(session -> new EditTarget(session, mirror, program).run());
    Message expected = mirror.build();
    byte[] bytes = edited.toBytes();
    Check.same("result", Oracle.parsed(signal, bytes), expected);
    Check.same("size", edited.sizeBytes(), bytes.length);
    Check.same("number of items", edited.itemCount(), Oracle.items(expected).size());
    Check.same("what is read", Reread.request(edited), Oracle.shown(expected));
    Check.same("untouched", Oracle.parsed(signal, batch.toBytes()), message);
    readable(signal, bytes);
    stampsWithLittle(batch);
    return expected;
  }

  /** Fails when a session over a batch that changes every item allocates too much. */
  static void stampsWithLittle(Batch batch) {
    ALLOCATION.check(
        batch.sizeBytes(),
        () ->
            batch.edit(
                s ->
                    s.forEachItem(
                        (group, scope, item) -> item.attributes().put(STAMP, Value.of(true)))));
  }

  private static void readable(Signal signal, byte[] bytes) {
    try {
      Batch.read(signal, bytes);
    } catch (MalformedTelemetryException e) {
      throw new AssertionError("The door refuses what a session wrote", e);
    }
  }

  private void run() {
    while (!program.isOver()) {
      switch (program.choice(6)) {
        case 0 -> attributes();
        case 1 -> item();
        case 2 -> place();
        case 3 -> group();
        case 4 -> scope();
        default -> metric();
      }
    }
    compare();
  }

  /** Everything that can be seen in the session. */
  private void compare() {
    List<Message> seen = new ArrayList<>();
    session.forEachItem((group, scope, item) -> seen.add(Reread.item(item.view())));
    Check.same("items seen", seen, mirror.items().stream().map(Oracle::shown).toList());
    List<EditableGroup> groups = groups();
    for (int i = 0; i < groups.size(); i++) {
      Mirror.Group expected = present().get(i);
      Check.same(
          "attributes of a group",
          Reread.attributes(groups.get(i).attributes()),
          shown(Mirror.Attributed.of(expected.first, "attributes")));
    }
  }

  private void attributes() {
    int level = program.choice(4);
    EditableAttributes actual;
    Mirror.Attributed expected;
    Mirror.Part touched = null;
    if (level == 0 || level == 3) {
      Pick pick = pick();
      if (pick == null) {
        return;
      }
      Message.Builder metric = pick.expected.owner.metric;
      if (level == 3 && metric != null) {
        actual = ((EditableDataPoint) pick.actual).editableMetric().metadata();
        expected = Mirror.Attributed.of(metric, "metadata");
      } else {
        actual = pick.actual.attributes();
        expected = Mirror.Attributed.of(pick.expected.builder, "attributes");
      }
    } else {
      List<EditableGroup> groups = groups();
      if (groups.isEmpty()) {
        return;
      }
      int i = program.choice(groups.size());
      Mirror.Group group = present().get(i);
      actual = groups.get(i).attributes();
      touched = group;
      if (level == 2) {
        List<EditableScope> scopes = scopes(groups.get(i));
        if (scopes.isEmpty()) {
          return;
        }
        int j = program.choice(scopes.size());
        touched = present(group).get(j);
        actual = scopes.get(j).attributes();
      }
      expected = Mirror.Attributed.of(touched.first, "attributes");
    }
    boolean changed = AttributeChange.apply(program, actual, expected);
    if (touched != null) {
      touched.firstPresent |= changed;
    }
    Check.same("attributes", Reread.attributes(actual), shown(expected));
  }

  private void item() {
    Pick pick = pick();
    if (pick != null) {
      ItemChange.apply(program, pick.actual, pick.expected.builder);
      Check.same(
          "item", Reread.item(pick.actual.view()), Oracle.shown(pick.expected.builder.build()));
    }
  }

  /** An item goes, comes to another scope, or is copied there. */
  private void place() {
    Pick pick = pick();
    if (pick == null) {
      return;
    }
    int what = program.choice(3);
    if (what == 0) {
      pick.actual.remove();
      pick.expected.leave();
      return;
    }
    List<EditableGroup> groups = groups();
    int i = program.choice(groups.size());
    List<EditableScope> scopes = scopes(groups.get(i));
    if (scopes.isEmpty()) {
      return;
    }
    int j = program.choice(scopes.size());
    Mirror.Scope target = present(present().get(i)).get(j);
    if (what == 1) {
      Mirror.Items source = pick.expected.owner;
      pick.actual.moveTo(scopes.get(j));
      Mirror.Items now = owner(pick.actual, scopes.get(j), target, source);
      if (now != source) {
        pick.expected.moveTo(now);
      }
    } else {
      EditableItem copy = scopes.get(j).add(pick.actual.view());
      owner(copy, scopes.get(j), target, pick.expected.owner).append(pick.expected.builder.build());
    }
  }

  /** The list of the mirror in which an item is now; a new metric must be like its own. */
  private Mirror.Items owner(
      EditableItem item, EditableScope scope, Mirror.Scope target, Mirror.Items source) {
    List<Mirror.Items> before = target.lists();
    if (!(item instanceof EditableDataPoint point)) {
      return before.get(0);
    }
    int place = metrics(scope).indexOf(point.editableMetric());
    Check.that(place >= 0, "The point's metric is not in its scope");
    Mirror.Items list = place < before.size() ? before.get(place) : target.addLike(source);
    Check.same("metric", list.build(false), source.build(false));
    return list;
  }

  private void group() {
    List<EditableGroup> groups = groups();
    int what = program.choice(6);
    if (what == 0 || groups.isEmpty()) {
      session.addGroup();
      mirror.addGroup();
      return;
    }
    int i = program.choice(groups.size());
    EditableGroup actual = groups.get(i);
    Mirror.Group expected = present().get(i);
    if (what == 1) {
      String name = program.text();
      String version = program.text();
      actual.addScope(name, version);
      expected.addScope(name, version);
    } else if (what == 2) {
      SCHEMA_OF_GROUP.set(Setter.Drawn.of(program), actual, expected.head);
      Check.same("schema", actual.schemaUrl(), Mirror.get(expected.head, "schema_url"));
    } else if (what < 5) {
      Setter.one(RESOURCE, program, actual, expected.first);
      expected.firstPresent = true;
      Check.same("resource", Reread.resource(actual), Oracle.shown(expected.first.build()));
    } else {
      actual.remove();
      expected.remove();
    }
  }

  private static void entityRefs(
      Setter.Drawn drawn, EditableGroup actual, Message.Builder resource) {
    Program program = drawn.program();
    List<EntityRef> refs = new ArrayList<>(actual.entityRefs());
    String text = program.text();
    refs.add(new EntityRef(text, program.text(), List.of(program.text()), List.of(text)));
    actual.entityRefs(refs);
    Mirror.set(resource, "entity_refs", Reread.entityRefs(refs));
  }

  private void scope() {
    List<EditableGroup> groups = groups();
    if (groups.isEmpty()) {
      return;
    }
    int i = program.choice(groups.size());
    List<EditableScope> scopes = scopes(groups.get(i));
    if (scopes.isEmpty()) {
      return;
    }
    int j = program.choice(scopes.size());
    EditableScope actual = scopes.get(j);
    Mirror.Scope expected = present(present().get(i)).get(j);
    switch (program.choice(6)) {
      case 0, 1, 2 -> {
        Setter.one(SCOPE, program, actual, expected.first);
        expected.firstPresent = true;
        Check.same("scope", Reread.scope(actual), Oracle.shown(expected.first.build()));
      }
      case 3 -> {
        SCHEMA_OF_SCOPE.set(Setter.Drawn.of(program), actual, expected.head);
        Check.same("schema", actual.schemaUrl(), Mirror.get(expected.head, "schema_url"));
      }
      case 4 -> add(actual, expected, program.text());
      default -> {
        actual.remove();
        expected.remove();
      }
    }
  }

  /** An item that was not there, for metrics with a metric of its own. */
  private void add(EditableScope actual, Mirror.Scope expected, String name) {
    switch (session.signal()) {
      case PROFILES -> throw session.signal().unsupported();
      case LOGS -> {
        actual.addLogRecord();
        expected.lists().get(0).append(LogRecord.getDefaultInstance());
      }
      case TRACES -> {
        actual.addSpan();
        expected.lists().get(0).append(Span.getDefaultInstance());
      }
      case METRICS -> {
        Metric.Builder metric = Metric.newBuilder().setName(name);
        MetricType type = TYPES.get(program.choice(TYPES.size()));
        switch (type) {
          case NONE -> throw new IllegalStateException("Not chosen");
          case GAUGE -> metric.setGauge(Gauge.getDefaultInstance());
          case SUM -> metric.setSum(Sum.getDefaultInstance());
          case HISTOGRAM -> metric.setHistogram(Histogram.getDefaultInstance());
          case EXPONENTIAL_HISTOGRAM ->
              metric.setExponentialHistogram(ExponentialHistogram.getDefaultInstance());
          case SUMMARY -> metric.setSummary(Summary.getDefaultInstance());
        }
        EditableMetric added = actual.addMetric(name, type);
        Mirror.Items list = expected.addMetric(metric.build());
        if (program.truth()) {
          added.addPoint();
          list.append(list.emptyPoint());
        }
      }
    }
  }

  private void metric() {
    Pick pick = pick();
    if (pick == null || !(pick.actual instanceof EditableDataPoint point)) {
      return;
    }
    EditableMetric actual = point.editableMetric();
    Mirror.Items expected = pick.expected.owner;
    Message.Builder head = expected.metric;
    if (head == null) {
      return;
    }
    MetricType type = actual.view().type();
    switch (program.choice(7)) {
      case 0, 1, 2 -> Setter.one(METRIC, program, actual, head);
      case 3 -> {
        if (type == MetricType.GAUGE || type == MetricType.SUM) {
          boolean sum = program.truth();
          actual.type(sum ? MetricType.SUM : MetricType.GAUGE);
          expected.convert(sum ? "sum" : "gauge");
        }
      }
      case 4 -> {
        if (type != MetricType.GAUGE && type != MetricType.SUMMARY && type != MetricType.NONE) {
          int temporality = program.choice(3);
          actual.temporality(temporality);
          expected.setData("aggregation_temporality", temporality);
        }
      }
      case 5 -> {
        if (type == MetricType.SUM) {
          boolean monotonic = program.truth();
          actual.monotonic(monotonic);
          expected.setData("is_monotonic", monotonic);
        }
      }
      default -> {
        actual.remove();
        expected.removeAll();
      }
    }
  }

  /** An item that is there; null when there is none. */
  private @Nullable Pick pick() {
    List<Pick> picks = new ArrayList<>();
    List<EditableGroup> groups = groups();
    List<Mirror.Group> expectedGroups = present();
    Check.same("number of groups", groups.size(), expectedGroups.size());
    for (int i = 0; i < groups.size(); i++) {
      List<EditableScope> scopes = scopes(groups.get(i));
      List<Mirror.Scope> expectedScopes = present(expectedGroups.get(i));
      Check.same("number of scopes", scopes.size(), expectedScopes.size());
      for (int j = 0; j < scopes.size(); j++) {
        List<EditableItem> items = new ArrayList<>();
        scopes.get(j).items().forEach(items::add);
        List<Mirror.One> ones = new ArrayList<>();
        expectedScopes.get(j).lists().forEach(list -> ones.addAll(list.items));
        Check.same("number of items in a scope", items.size(), ones.size());
        for (int k = 0; k < items.size(); k++) {
          picks.add(new Pick(items.get(k), ones.get(k)));
        }
      }
    }
    return picks.isEmpty() ? null : picks.get(program.choice(Math.min(256, picks.size())));
  }

  private List<EditableGroup> groups() {
    List<EditableGroup> groups = new ArrayList<>();
    session.groups().forEach(groups::add);
    return groups;
  }

  private List<Mirror.Group> present() {
    return mirror.groups.stream().filter(group -> !group.removed).toList();
  }

  private static List<EditableScope> scopes(EditableGroup group) {
    List<EditableScope> scopes = new ArrayList<>();
    group.scopes().forEach(scopes::add);
    return scopes;
  }

  private static List<Mirror.Scope> present(Mirror.Group group) {
    return group.scopes.stream().filter(scope -> !scope.removed).toList();
  }

  private static List<EditableMetric> metrics(EditableScope scope) {
    List<EditableMetric> metrics = new ArrayList<>();
    scope.metrics().forEach(metrics::add);
    return metrics;
  }

  private static List<Message> shown(Mirror.Attributed attributes) {
    return attributes.all().stream().map(Oracle::shown).toList();
  }

  /** An item of the session and its counterpart. */
  private record Pick(EditableItem actual, Mirror.One expected) {}
}
