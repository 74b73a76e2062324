package io.millrace.exporter.elasticsearch;

import io.millrace.api.telemetry.Attribute;
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
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
  private static final Set<String> ROUTING =
      Set.of(
          "data_stream.type",
          "data_stream.dataset",
          "data_stream.namespace",
          "elastic.mapping.mode",
          "elasticsearch.document_id",
          "elasticsearch.index",
          "elasticsearch.ingest_pipeline",
          "elasticsearch.mapping.hints");

  private static final int FRAGMENT_BYTES = 512;
  private static final int FEW = 8;

  private final JsonWriter json;
  private final JsonWriter fragments = new JsonWriter(FRAGMENT_BYTES);
  private final PointFields pointFields;
  private byte[] resourceJson = {};
  private byte[] scopeJson = {};

  /** Documents go to the writer, one after the other. */
  Documents(JsonWriter json) {
    this.json = json;
    this.pointFields = new PointFields(this, json);
  }

  /** The documents to come are of this resource. */
  void enter(ResourceGroup group) {
    fragments.name("resource").beginObject();
    text(fragments, "schema_url", group.schemaUrl());
    attributes(fragments, group.resource().attributes());
    count(fragments, group.resource().droppedAttributesCount());
    fragments.endObject();
    resourceJson = fragments.take();
  }

  /** The documents to come are of this scope. */
  void enter(ScopeGroup group) {
    Scope library = group.scope();
    fragments.name("scope").beginObject();
    text(fragments, "schema_url", group.schemaUrl());
    text(fragments, "name", library.name());
    text(fragments, "version", library.version());
    attributes(fragments, library.attributes());
    count(fragments, library.droppedAttributesCount());
    fragments.endObject();
    scopeJson = fragments.take();
  }

  /** Writes the document of an item. */
  void write(Item item, IndexName index, Origins origins) {
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
    json.fragment(resourceJson);
    json.fragment(scopeJson);
    if (!origins.isNone() && !origins.stream(item.index()).isEmpty()) {
      origin(origins, item.index());
    }
    json.endObject();
  }

  private void dataStream(Item item, IndexName index) {
    json.name("data_stream").beginObject();
    json.name("type").value(signal(item).id());
    json.name("dataset").value(index.dataset());
    json.name("namespace").value(index.namespace());
    json.endObject();
  }

  private static Signal signal(Item item) {
    return switch (item) {
      case LogRecord log -> Signal.LOGS;
      case Span span -> Signal.TRACES;
      case DataPoint point -> Signal.METRICS;
    };
  }

  private void log(LogRecord log) {
    if (log.observedTimeUnixNanos() != 0) {
      json.name("observed_timestamp").timestamp(log.observedTimeUnixNanos());
    }
    text(json, "severity_text", log.severityText());
    if (log.severityNumber() != 0) {
      json.name("severity_number").value((long) log.severityNumber());
    }
    text(json, "trace_id", log.traceId());
    text(json, "span_id", log.spanId());
    text(json, "event_name", eventName(log));
    count(json, log.droppedAttributesCount());
    body(log.body());
  }

  private static String eventName(LogRecord log) {
    if (!log.eventName().isEmpty()) {
      return log.eventName();
    }
    Value value = log.attributes().get("event.name");
    return value != null && value.type() == ValueType.STRING ? value.stringValue() : "";
  }

  private void body(Value body) {
    if (body.type() == ValueType.EMPTY) {
      return;
    }
    json.name("body").beginObject();
    switch (body.type()) {
      case MAP -> value(json.name("structured"), body);
      case ARRAY -> structured(body);
      case EMPTY, STRING, BOOL, INT, DOUBLE, BYTES -> json.name("text").value(body.asText());
    }
    json.endObject();
  }

  /** Elasticsearch wants objects: an array of anything else is put into one. */
  private void structured(Value array) {
    List<Value> elements = array.list();
    boolean objects = elements.stream().allMatch(e -> e.type() == ValueType.MAP);
    json.name("structured");
    if (objects) {
      value(json, array);
    } else {
      json.beginObject();
      value(json.name("value"), array);
      json.endObject();
    }
  }

  private void span(Span span) {
    text(json, "trace_id", span.traceId());
    text(json, "span_id", span.spanId());
    text(json, "trace_state", span.traceState());
    text(json, "parent_span_id", span.parentSpanId());
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

  private void events(Iterable<SpanEvent> events) {
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

  private void links(Iterable<SpanLink> links) {
    boolean any = false;
    for (SpanLink link : links) {
      if (!any) {
        json.name("links").beginArray();
        any = true;
      }
      json.beginObject();
      text(json, "trace_id", link.traceId());
      text(json, "span_id", link.spanId());
      text(json, "trace_state", link.traceState());
      attributes(json, link.attributes());
      count(json, link.droppedAttributesCount());
      json.endObject();
    }
    if (any) {
      json.endArray();
    }
  }

  private void origin(Origins origins, int item) {
    json.name("origin").beginObject();
    json.name("stream").value(origins.stream(item));
    json.name("start").value(origins.start(item));
    json.name("end").value(origins.end(item));
    json.name("sub").value((long) origins.sub(item));
    json.endObject();
  }

  /** Writes {@code "attributes": {...}}, or nothing when there are none. */
  void attributes(JsonWriter to, Attributes attributes) {
    boolean any = false;
    Names names = new Names();
    for (Attribute attribute : attributes) {
      String key = attribute.key();
      if (ROUTING.contains(key) || !names.add(key)) {
        continue;
      }
      if (!any) {
        to.name("attributes").beginObject();
        any = true;
      }
      value(to.name(key), attribute.value());
    }
    if (any) {
      to.endObject();
    }
  }

  private static void value(JsonWriter to, Value value) {
    switch (value.type()) {
      case EMPTY -> to.nothing();
      case STRING -> to.value(value.stringValue());
      case BOOL -> to.value(value.boolValue());
      case INT -> to.value(value.longValue());
      case DOUBLE -> to.value(value.doubleValue());
      case BYTES -> to.value(Base64.getEncoder().encodeToString(value.bytesValue()));
      case ARRAY -> {
        to.beginArray();
        for (Value element : value.list()) {
          value(to, element);
        }
        to.endArray();
      }
      case MAP -> {
        to.beginObject();
        Names names = new Names();
        for (Attribute entry : value.map()) {
          String key = entry.key();
          if (names.add(key)) {
            value(to.name(key), entry.value());
          }
        }
        to.endObject();
      }
    }
  }

  /** Writes a text unless it is empty. */
  static void text(JsonWriter to, String name, String text) {
    if (!text.isEmpty()) {
      to.name(name).value(text);
    }
  }

  private static void count(JsonWriter to, long dropped) {
    if (dropped != 0) {
      to.name("dropped_attributes_count").value(dropped);
    }
  }

  /** The names seen in one object: Elasticsearch refuses a document that has one twice. */
  private static final class Names {
    private final String[] few = new String[FEW];
    private int size;
    private @Nullable Set<String> many;

    /** False when the name was there already. */
    boolean add(String name) {
      if (many != null) {
        return many.add(name);
      }
      for (int i = 0; i < size; i++) {
        if (few[i].equals(name)) {
          return false;
        }
      }
      if (size < FEW) {
        few[size++] = name;
        return true;
      }
      many = new HashSet<>(List.of(few));
      return many.add(name);
    }
  }
}
