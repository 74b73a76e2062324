package io.millrace.core.cli;

import io.millrace.api.telemetry.Attribute;
import io.millrace.api.telemetry.Attributes;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.DataPoint;
import io.millrace.api.telemetry.Item;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.Origins;
import io.millrace.api.telemetry.ResourceGroup;
import io.millrace.api.telemetry.ScopeGroup;
import io.millrace.api.telemetry.Span;
import io.millrace.core.state.DeadLetterInspector.Group;
import io.millrace.core.state.LetterContent;
import io.millrace.core.state.LetterScan;
import io.millrace.core.state.LetterState;
import io.millrace.core.state.StoredLetter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Dead letters as people read them, in maps that become YAML or JSON. Stateless. */
final class LetterDocument {
  private static final int MAX_SHOWN_BYTES = 1024;

  private LetterDocument() {}

  /** What is known of the letters with one reason. */
  static Map<String, Object> of(Group group) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("component", group.component());
    document.put("reason", group.reason());
    document.put("letters", group.letters());
    document.put("items", group.items());
    document.put("bytes", group.bytes());
    document.put("oldest", group.oldest().toString());
    document.put("newest", group.newest().toString());
    if (group.raw() > 0) {
      document.put("cannot_be_replayed", group.raw());
    }
    if (group.returning() > 0) {
      document.put("on_their_way_back", group.returning());
    }
    if (group.sample()) {
      document.put("sample", true);
    }
    return document;
  }

  /** A letter with so many of its items. */
  static Map<String, Object> of(StoredLetter letter, LetterScan.Content content, int maxItems) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("time", letter.time().toString());
    document.put("component", letter.component());
    if (!letter.pipeline().isEmpty()) {
      document.put("pipeline", letter.pipeline());
    }
    document.put("reason", letter.reason());
    if (letter.state() == LetterState.BACK) {
      document.put("on_its_way_back", true);
    }
    try {
      LetterContent read = content.read();
      if (letter.isRaw()) {
        document.put("origin", read.origin());
        bytes(document, read.bytes());
      } else {
        items(document, letter, read.batch(), maxItems);
      }
    } catch (IOException e) {
      document.put("unreadable", Failures.message(e));
    }
    return document;
  }

  private static void items(
      Map<String, Object> document, StoredLetter letter, Batch batch, int maxItems) {
    document.put("signal", batch.signal().id());
    document.put("items", letter.items());
    if (!batch.signal().isReadable()) {
      document.put("bytes", batch.sizeBytes());
      return;
    }
    List<Map<String, Object>> shown = new ArrayList<>();
    Origins origins = batch.origins();
    batch.forEachItem(
        (group, scope, item) -> {
          if (shown.size() < maxItems) {
            shown.add(item(group, scope, item, origins));
          }
        });
    document.put("first_items", shown);
  }

  private static Map<String, Object> item(
      ResourceGroup group, ScopeGroup scope, Item item, Origins origins) {
    Map<String, Object> shown = new LinkedHashMap<>();
    if (item.timeUnixNanos() > 0) {
      shown.put("time", time(item.timeUnixNanos()));
    }
    switch (item) {
      case LogRecord record -> {
        put(shown, "severity", record.severityText());
        put(shown, "body", record.body().asText());
        put(shown, "trace_id", record.traceId());
      }
      case Span span -> {
        put(shown, "name", span.name());
        put(shown, "trace_id", span.traceId());
        put(shown, "span_id", span.spanId());
      }
      case DataPoint point -> {
        put(shown, "metric", point.metric().name());
        put(shown, "unit", point.metric().unit());
        if (point.hasLongValue()) {
          shown.put("value", point.longValue());
        } else if (point.hasDoubleValue()) {
          shown.put("value", point.doubleValue());
        } else {
          shown.put("count", point.count());
          shown.put("sum", point.sum());
        }
      }
    }
    put(shown, "attributes", attributes(item.attributes()));
    put(shown, "resource", attributes(group.resource().attributes()));
    put(shown, "scope", scope.scope().name());
    if (!origins.isNone() && !origins.stream(item.index()).isEmpty()) {
      int i = item.index();
      shown.put(
          "origin",
          origins.stream(i)
              + " "
              + origins.start(i)
              + "-"
              + origins.end(i)
              + (origins.sub(i) == 0 ? "" : " " + origins.sub(i)));
    }
    return shown;
  }

  private static void put(Map<String, Object> document, String name, String text) {
    if (!text.isEmpty()) {
      document.put(name, text);
    }
  }

  private static void put(Map<String, Object> document, String name, Map<String, Object> map) {
    if (!map.isEmpty()) {
      document.put(name, map);
    }
  }

  private static Map<String, Object> attributes(Attributes attributes) {
    Map<String, Object> shown = new LinkedHashMap<>();
    for (Attribute attribute : attributes) {
      shown.put(attribute.key(), attribute.value().asText());
    }
    return shown;
  }

  private static String time(long unixNanos) {
    return Instant.ofEpochSecond(unixNanos / 1_000_000_000, unixNanos % 1_000_000_000).toString();
  }

  /** Bytes as text where they are, else in hexadecimal. */
  private static void bytes(Map<String, Object> document, byte[] bytes) {
    document.put("bytes", bytes.length);
    byte[] shown = bytes.length <= MAX_SHOWN_BYTES ? bytes : Arrays.copyOf(bytes, MAX_SHOWN_BYTES);
    String name = shown.length == bytes.length ? "" : "first_";
    try {
      document.put(
          name + "text",
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(shown)).toString());
    } catch (CharacterCodingException e) {
      document.put(name + "hex", HexFormat.of().formatHex(shown));
    }
  }
}
