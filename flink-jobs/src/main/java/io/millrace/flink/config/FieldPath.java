package io.millrace.flink.config;

import io.millrace.api.telemetry.Signal;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where in an event a value stands. Immutable.
 *
 * @param kind the place
 * @param key the attribute's name, empty for places that have none
 */
public record FieldPath(Kind kind, String key) implements Serializable {

  private static final String RESOURCE_PREFIX = "resource.attributes.";
  private static final String RECORD_PREFIX = "attributes.";

  /** The kinds of places. */
  public enum Kind {
    RESOURCE_ATTRIBUTE("", Use.BOTH),
    RECORD_ATTRIBUTE("", Use.BOTH),
    SCOPE_NAME("scope.name", Use.GROUP),
    SEVERITY("severity", Use.GROUP, Signal.LOGS),
    SEVERITY_TEXT("severity_text", Use.GROUP, Signal.LOGS),
    SEVERITY_NUMBER("severity_number", Use.BOTH, Signal.LOGS),
    EVENT_NAME("event_name", Use.GROUP, Signal.LOGS),
    BODY("body", Use.MEASURE, Signal.LOGS),
    METRIC_NAME("metric.name", Use.GROUP, Signal.METRICS),
    METRIC_TYPE("metric.type", Use.GROUP, Signal.METRICS),
    METRIC_UNIT("metric.unit", Use.GROUP, Signal.METRICS),
    VALUE("value", Use.MEASURE, Signal.METRICS),
    SPAN_NAME("span.name", Use.GROUP, Signal.TRACES),
    SPAN_KIND("span.kind", Use.GROUP, Signal.TRACES),
    SPAN_STATUS("span.status", Use.GROUP, Signal.TRACES),
    DURATION_MS("duration_ms", Use.MEASURE, Signal.TRACES),
    SIZE_BYTES("size_bytes", Use.MEASURE);

    private final String id;
    private final Use use;
    private final @Nullable Signal signal;

    Kind(String id, Use use) {
      this.id = id;
      this.use = use;
      this.signal = null;
    }

    Kind(String id, Use use, Signal signal) {
      this.id = id;
      this.use = use;
      this.signal = signal;
    }

    private boolean fits(Signal wanted, boolean group) {
      return (signal == null || signal == wanted)
          && (use == Use.BOTH || (use == Use.GROUP) == group);
    }
  }

  private enum Use {
    GROUP,
    MEASURE,
    BOTH
  }

  /**
   * Reads a path: {@code resource.attributes.<key>}, {@code attributes.<key>}, the same with the
   * key in {@code ["..."]}, or one of the fixed names.
   *
   * @param group whether the path is to group by, otherwise to measure
   * @return null when there is no such place in events of that signal
   */
  static @Nullable FieldPath parse(String text, Signal signal, boolean group) {
    String key = attributeKey(text, RESOURCE_PREFIX);
    if (key != null) {
      return new FieldPath(Kind.RESOURCE_ATTRIBUTE, key);
    }
    key = attributeKey(text, RECORD_PREFIX);
    if (key != null) {
      return new FieldPath(Kind.RECORD_ATTRIBUTE, key);
    }
    for (Kind kind : Kind.values()) {
      if (!kind.id.isEmpty() && kind.id.equals(text) && kind.fits(signal, group)) {
        return new FieldPath(kind, "");
      }
    }
    return null;
  }

  /** What can be written for that signal, for messages. */
  static List<String> names(Signal signal, boolean group) {
    List<String> names = new ArrayList<>();
    names.add(RESOURCE_PREFIX + "<key>");
    names.add(RECORD_PREFIX + "<key>");
    for (Kind kind : Kind.values()) {
      if (!kind.id.isEmpty() && kind.fits(signal, group)) {
        names.add(kind.id);
      }
    }
    return names;
  }

  /** The canonical text, also the name of the group's field in documents. */
  public String text() {
    return switch (kind) {
      case RESOURCE_ATTRIBUTE -> RESOURCE_PREFIX + key;
      case RECORD_ATTRIBUTE -> RECORD_PREFIX + key;
      default -> kind.id;
    };
  }

  private static @Nullable String attributeKey(String text, String prefix) {
    String bare = prefix.substring(0, prefix.length() - 1);
    if (text.startsWith(prefix) && text.length() > prefix.length()) {
      return text.substring(prefix.length());
    }
    if (text.startsWith(bare + "[\"") && text.endsWith("\"]")) {
      String key = text.substring(bare.length() + 2, text.length() - 2);
      return key.isEmpty() ? null : key;
    }
    return null;
  }
}
