package io.millrace.exporter.elasticsearch;

import io.millrace.api.telemetry.Attribute;
import io.millrace.api.telemetry.AttributeKey;
import io.millrace.api.telemetry.Attributes;
import io.millrace.api.telemetry.DataPoint;
import io.millrace.api.telemetry.Item;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.Origins;
import io.millrace.api.telemetry.ResourceGroup;
import io.millrace.api.telemetry.Scope;
import io.millrace.api.telemetry.ScopeGroup;
import io.millrace.api.telemetry.Signal;
import io.millrace.api.telemetry.Span;
import io.millrace.api.telemetry.SpanEvent;
import io.millrace.api.telemetry.SpanLink;
import io.millrace.api.telemetry.Value;
import io.millrace.api.telemetry.ValueType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes documents in the Collector's otel layout. One thread at a time.
 *
 * <p>Every document: {@code @timestamp}, {@code data_stream} where it goes to one, {@code
 * attributes}, {@code resource}, {@code scope}, and {@code origin} {stream, start, end, sub} where
 * the item has one. It differs from the Collector's in three things: an item is one document (a
 * span's events stand in it; data points are not merged), a data point says what it is in {@code
 * metric}, and a distribution stands in {@code distribution}.
 */
final class Documents {
  /** Attributes that say where a document goes, not what it says. */
  private static final byte[][] ROUTING =
      Stream.of(
              "data_stream.type",
              "data_stream.dataset",
              "data_stream.namespace",
              "elastic.mapping.mode",
              "elasticsearch.document_id",
              "elasticsearch.index",
              "elasticsearch.ingest_pipeline",
              "elasticsearch.mapping.hints")
          .map(name -> name.getBytes(StandardCharsets.US_ASCII))
          .toArray(byte[][]::new);

  private static final AttributeKey EVENT_NAME = AttributeKey.of("event.name");

  private final JsonWriter json;
  private final JsonWriter resourceMembers = JsonWriter.inMemory();
  private final JsonWriter scopeMembers = JsonWriter.inMemory();
  private final JsonWriter streamMember = JsonWriter.inMemory();
  private final JsonWriter dataStreamMember = JsonWriter.inMemory();
  private final Names names = new Names();
  private final PointFields pointFields;

  /** What the members kept are of: items of the same mostly come together. */
  private String lastStream = "";

  private String lastIndex = "";

  /** Documents go to the writer, one after the other. */
  Documents(JsonWriter json) {
    this.json = json;
    this.pointFields = new PointFields(this, json);
  }

  /** The documents to come are of this resource. */
  void enter(ResourceGroup group) throws IOException {
    JsonWriter to = resourceMembers;
    to.clear();
    to.name("resource").beginObject();
    text(to, "schema_url", group.schemaUrl());
    attributes(to, group.resource().attributes());
    count(to, group.resource().droppedAttributesCount());
    to.endObject();
  }

  /** The documents to come are of this scope. */
  void enter(ScopeGroup group) throws IOException {
    Scope library = group.scope();
    JsonWriter to = scopeMembers;
    to.clear();
    to.name("scope").beginObject();
    text(to, "schema_url", group.schemaUrl());
    text(to, "name", library.name());
    text(to, "version", library.version());
    attributes(to, library.attributes());
    count(to, library.droppedAttributesCount());
    to.endObject();
  }

  /** Writes the document of an item. */
  void write(Item item, IndexName index, Origins origins) throws IOException {
    json.beginObject();
    json.name("@timestamp").timestamp(IndexRouter.time(item));
    if (index.isDataStream()) {
      dataStream(item, index);
    }
    switch (item) {
      case LogRecord log -> log(log);
      case Span span -> span(span);
      case DataPoint point -> pointFields.write(point);
    }
    attributes(json, item.attributes());
    json.fragment(resourceMembers);
    json.fragment(scopeMembers);
    if (!origins.isNone() && !origins.stream(item.index()).isEmpty()) {
      origin(origins, item.index());
    }
    json.endObject();
  }

  private void dataStream(Item item, IndexName index) throws IOException {
    if (!index.index().equals(lastIndex)) {
      JsonWriter to = dataStreamMember;
      to.clear();
      to.name("data_stream").beginObject();
      to.name("type").value(signal(item).id());
      to.name("dataset").value(index.dataset());
      to.name("namespace").value(index.namespace());
      to.endObject();
      lastIndex = index.index();
    }
    json.fragment(dataStreamMember);
  }

  private static Signal signal(Item item) {
    return switch (item) {
      case LogRecord log -> Signal.LOGS;
      case Span span -> Signal.TRACES;
      case DataPoint point -> Signal.METRICS;
    };
  }

  private void log(LogRecord log) throws IOException {
    if (log.observedTimeUnixNanos() != 0) {
      json.name("observed_timestamp").timestamp(log.observedTimeUnixNanos());
    }
    text(json, "severity_text", log.severityText());
    if (log.severityNumber() != 0) {
      json.name("severity_number").value((long) log.severityNumber());
    }
    id(json, "trace_id", log.traceId());
    id(json, "span_id", log.spanId());
    text(json, "event_name", eventName(log));
    count(json, log.droppedAttributesCount());
    body(log.body());
  }

  private static String eventName(LogRecord log) {
    if (!log.eventName().isEmpty()) {
      return log.eventName();
    }
    Value value = log.attributes().get(EVENT_NAME);
    return value != null && value.type() == ValueType.STRING ? value.stringValue() : "";
  }

  private void body(Value body) throws IOException {
    if (body.type() == ValueType.EMPTY) {
      return;
    }
    json.name("body").beginObject();
    switch (body.type()) {
      case MAP -> value(json.name("structured"), body, names);
      case ARRAY -> structured(body.list());
      case STRING, BYTES -> value(json.name("text"), body, names);
      case EMPTY, BOOL, INT, DOUBLE -> json.name("text").value(body.asText());
    }
    json.endObject();
  }

  /** Elasticsearch wants objects: an array of anything else is put into one. */
  private void structured(List<Value> elements) throws IOException {
    json.name("structured");
    if (areMaps(elements)) {
      array(json, elements, names);
    } else {
      json.beginObject();
      array(json.name("value"), elements, names);
      json.endObject();
    }
  }

  private static boolean areMaps(List<Value> values) {
    for (Value value : values) {
      if (value.type() != ValueType.MAP) {
        return false;
      }
    }
    return true;
  }

  private void span(Span span) throws IOException {
    id(json, "trace_id", span.traceId());
    id(json, "span_id", span.spanId());
    text(json, "trace_state", span.traceState());
    id(json, "parent_span_id", span.parentSpanId());
    text(json, "name", span.name());
    json.name("kind")
        .value(
            switch (span.kind()) {
              case 1 -> "Internal";
              case 2 -> "Server";
              case 3 -> "Client";
              case 4 -> "Producer";
              case 5 -> "Consumer";
              default -> "Unspecified";
            });
    json.name("duration").value(span.endTimeUnixNanos() - span.startTimeUnixNanos());
    json.name("status").beginObject();
    text(json, "message", span.statusMessage());
    json.name("code")
        .value(
            switch (span.statusCode()) {
              case 1 -> "Ok";
              case 2 -> "Error";
              default -> "Unset";
            });
    json.endObject();
    count(json, span.droppedAttributesCount());
    if (span.droppedEventsCount() != 0) {
      json.name("dropped_events_count").value(span.droppedEventsCount());
    }
    if (span.droppedLinksCount() != 0) {
      json.name("dropped_links_count").value(span.droppedLinksCount());
    }
    events(span.events());
    links(span.links());
  }

  private void events(Iterable<SpanEvent> events) throws IOException {
    boolean any = false;
    for (SpanEvent event : events) {
      if (!any) {
        json.name("events").beginArray();
        any = true;
      }
      json.beginObject();
      json.name("timestamp").timestamp(event.timeUnixNanos());
      text(json, "name", event.name());
      attributes(json, event.attributes());
      count(json, event.droppedAttributesCount());
      json.endObject();
    }
    if (any) {
      json.endArray();
    }
  }

  private void links(Iterable<SpanLink> links) throws IOException {
    boolean any = false;
    for (SpanLink link : links) {
      if (!any) {
        json.name("links").beginArray();
        any = true;
      }
      json.beginObject();
      id(json, "trace_id", link.traceId());
      id(json, "span_id", link.spanId());
      text(json, "trace_state", link.traceState());
      attributes(json, link.attributes());
      count(json, link.droppedAttributesCount());
      json.endObject();
    }
    if (any) {
      json.endArray();
    }
  }

  private void origin(Origins origins, int item) throws IOException {
    String stream = origins.stream(item);
    if (!stream.equals(lastStream)) {
      streamMember.clear();
      streamMember.name("stream").value(stream);
      lastStream = stream;
    }
    json.name("origin").beginObject();
    json.fragment(streamMember);
    json.name("start").value(origins.start(item));
    json.name("end").value(origins.end(item));
    json.name("sub").value((long) origins.sub(item));
    json.endObject();
  }

  /** Writes {@code "attributes": {...}}, or nothing when there are none. */
  void attributes(JsonWriter to, Attributes attributes) throws IOException {
    boolean any = false;
    names.clear();
    for (Attribute attribute : attributes) {
      if (!names.add(attribute) || names.isLastAmong(ROUTING)) {
        continue;
      }
      if (!any) {
        to.name("attributes").beginObject();
        any = true;
      }
      value(names.writeLast(to), attribute.value(), names);
    }
    if (any) {
      to.endObject();
    }
  }

  /**
   * @param outer those of the object that the value is in, which are kept
   */
  private static void value(JsonWriter to, Value value, Names outer) throws IOException {
    switch (value.type()) {
      case EMPTY -> to.nothing();
      case STRING -> to.text(value);
      case BOOL -> to.value(value.boolValue());
      case INT -> to.value(value.longValue());
      case DOUBLE -> to.value(value.doubleValue());
      case BYTES -> to.base64(value);
      case ARRAY -> array(to, value.list(), outer);
      case MAP -> map(to, value.map(), outer.inner());
    }
  }

  private static void array(JsonWriter to, List<Value> elements, Names outer) throws IOException {
    to.beginArray();
    for (Value element : elements) {
      value(to, element, outer);
    }
    to.endArray();
  }

  private static void map(JsonWriter to, Attributes map, Names names) throws IOException {
    to.beginObject();
    for (Attribute entry : map) {
      if (names.add(entry)) {
        value(names.writeLast(to), entry.value(), names);
      }
    }
    to.endObject();
  }

  /** Writes a text unless it is empty. */
  static void text(JsonWriter to, String name, String text) throws IOException {
    if (!text.isEmpty()) {
      to.name(name).value(text);
    }
  }

  /** Writes an id, which is in ASCII, unless it is empty. */
  static void id(JsonWriter to, String name, String id) throws IOException {
    if (!id.isEmpty()) {
      to.name(name).id(id);
    }
  }

  private static void count(JsonWriter to, long dropped) throws IOException {
    if (dropped != 0) {
      to.name("dropped_attributes_count").value(dropped);
    }
  }
}
