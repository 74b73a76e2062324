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
import io.opentelemetry.proto.common.v1.AnyValue;
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
import java.util.Map;
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

  /** An item of two bytes costs its editable form and its change. */
  private static final Allocation ALLOCATION = new Allocation("stamping every item", 160, 64 << 10);

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
    if (input.length < 2) {
      return;
    }
    Signal signal = DoorTarget.signal(input[0]);
    int programEnd = Math.min(input.length, 2 + (input[1] & 0xff));
    byte[] request = Arrays.copyOfRange(input, programEnd, input.length);
    Batch batch;
    Message message;
    try {
      batch = Batch.read(signal, request.clone());
      message = Oracle.parse(signal, request);
    } catch (MalformedTelemetryException | InvalidProtocolBufferException e) {
      return;
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
    ALLOCATION.check(
        request.length,
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
    boolean changed = change(actual, expected);
    if (touched != null) {
      touched.firstPresent |= changed;
    }
    Check.same("attributes", Reread.attributes(actual), shown(expected));
  }

  /** Answers whether anything may have changed. */
  private boolean change(EditableAttributes actual, Mirror.Attributed expected) {
    String key = program.key();
    return switch (program.choice(6)) {
      case 0 -> {
        Value value = value(2);
        actual.put(key, value);
        expected.put(key, Reread.value(value));
        yield true;
      }
      case 1 -> {
        Value value = value(1);
        actual.put(AttributeKey.of(key), value);
        expected.put(key, Reread.value(value));
        yield true;
      }
      case 2 -> {
        boolean found = program.truth() ? actual.remove(key) : actual.remove(AttributeKey.of(key));
        Check.same("found to remove", found, expected.remove(key));
        yield found;
      }
      case 3 -> {
        String to = program.key();
        boolean found = actual.rename(key, to);
        Check.same("found to rename", found, expected.rename(key, to));
        yield found && !key.equals(to);
      }
      case 4 -> {
        actual.clear();
        expected.clear();
        yield true;
      }
      default -> {
        String to = program.key();
        Value value = actual.get(key);
        AnyValue other = expected.get(key);
        Check.same("found", value == null, other == null);
        if (value == null || other == null) {
          yield false;
        }
        actual.put(to, value);
        expected.put(to, other);
        yield true;
      }
    };
  }

  private Value value(int depth) {
    return switch (program.choice(depth == 0 ? 6 : 8)) {
      case 0 -> Value.EMPTY;
      case 1 -> Value.of(program.text());
      case 2 -> Value.of(program.number());
      case 3 -> Value.of(program.fraction());
      case 4 -> Value.of(program.truth());
      case 5 -> Value.of(new byte[program.choice(200)]);
      case 6 -> Value.ofList(List.of(value(depth - 1), value(depth - 1)));
      default -> {
        Value inner = value(depth - 1);
        // An entry without a value and one with an empty value read the same.
        yield Value.ofMap(
            Map.of(program.key(), inner.equals(Value.EMPTY) ? Value.of(true) : inner));
      }
    };
  }

  private void item() {
    Pick pick = pick();
    if (pick != null) {
      new ItemChange(program).apply(pick.actual, pick.expected.builder);
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
      String url = program.text();
      actual.schemaUrl(url);
      Mirror.set(expected.head, "schema_url", url);
      Check.same("schema", actual.schemaUrl(), url);
    } else if (what == 3) {
      long count = program.number();
      actual.droppedAttributesCount(count);
      Mirror.set(expected.first, "dropped_attributes_count", count);
      expected.firstPresent = true;
      Check.same("count", actual.droppedAttributesCount(), count & 0xffff_ffffL);
    } else if (what == 4) {
      List<EntityRef> refs = new ArrayList<>(actual.entityRefs());
      refs.add(new EntityRef("", program.text(), List.of(program.text()), List.of()));
      actual.entityRefs(refs);
      Mirror.set(expected.first, "entity_refs", Reread.entityRefs(refs));
      expected.firstPresent = true;
      Check.same("references", actual.entityRefs(), refs);
    } else {
      actual.remove();
      expected.remove();
    }
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
    String text = program.text();
    switch (program.choice(6)) {
      case 0 -> {
        actual.name(text);
        Mirror.set(expected.first, "name", text);
        expected.firstPresent = true;
        Check.same("name", actual.name(), text);
      }
      case 1 -> {
        actual.version(text);
        Mirror.set(expected.first, "version", text);
        expected.firstPresent = true;
        Check.same("version", actual.version(), text);
      }
      case 2 -> {
        actual.schemaUrl(text);
        Mirror.set(expected.head, "schema_url", text);
        Check.same("schema", actual.schemaUrl(), text);
      }
      case 3 -> {
        long count = program.number();
        actual.droppedAttributesCount(count);
        Mirror.set(expected.first, "dropped_attributes_count", count);
        expected.firstPresent = true;
        Check.same("count", actual.droppedAttributesCount(), count & 0xffff_ffffL);
      }
      case 4 -> add(actual, expected, text);
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
    String text = program.text();
    switch (program.choice(7)) {
      case 0 -> {
        actual.name(text);
        Mirror.set(head, "name", text);
      }
      case 1 -> {
        actual.description(text);
        Mirror.set(head, "description", text);
      }
      case 2 -> {
        actual.unit(text);
        Mirror.set(head, "unit", text);
      }
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
