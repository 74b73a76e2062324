package io.millrace.flink.aggregate;

import io.millrace.api.telemetry.AttributeKey;
import io.millrace.api.telemetry.Attributes;
import io.millrace.api.telemetry.DataPoint;
import io.millrace.api.telemetry.Item;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.ResourceGroup;
import io.millrace.api.telemetry.ScopeGroup;
import io.millrace.api.telemetry.Span;
import io.millrace.api.telemetry.Value;
import io.millrace.api.telemetry.ValueType;
import io.millrace.flink.config.FieldPath;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the value at a path from events. Immutable. */
final class FieldReader {

  /** Longer texts are cut: they make groups, document ids and keywords. */
  static final int MAX_TEXT = 256;

  private static final int SEVERITIES_PER_LEVEL = 4;
  private static final String[] LEVELS = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
  private static final String[] KINDS = {
    "unspecified", "internal", "server", "client", "producer", "consumer"
  };
  private static final String[] STATUSES = {"unset", "ok", "error"};
  private static final double NANOS_PER_MILLI = 1e6;

  private final FieldPath.Kind kind;
  private final AttributeKey key;

  FieldReader(FieldPath path) {
    this.kind = path.kind();
    this.key = AttributeKey.of(path.key());
  }

  /** Whether all items of a resource have the same value. */
  boolean isOfResource() {
    return kind == FieldPath.Kind.RESOURCE_ATTRIBUTE;
  }

  /** The value as text to group by; null when the event has none. */
  @Nullable String text(ResourceGroup group, ScopeGroup scope, Item item) {
    switch (kind) {
      case RESOURCE_ATTRIBUTE -> {
        return text(group.resource().attributes());
      }
      case RECORD_ATTRIBUTE -> {
        return text(item.attributes());
      }
      case SCOPE_NAME -> {
        return present(scope.scope().name());
      }
      case SEVERITY -> {
        return severity((LogRecord) item);
      }
      case SEVERITY_TEXT -> {
        return present(((LogRecord) item).severityText());
      }
      case SEVERITY_NUMBER -> {
        return Integer.toString(((LogRecord) item).severityNumber());
      }
      case EVENT_NAME -> {
        return present(((LogRecord) item).eventName());
      }
      case METRIC_NAME -> {
        return present(((DataPoint) item).metric().name());
      }
      case METRIC_TYPE -> {
        return ((DataPoint) item).metric().type().name().toLowerCase(Locale.ROOT);
      }
      case METRIC_UNIT -> {
        return present(((DataPoint) item).metric().unit());
      }
      case SPAN_NAME -> {
        return present(((Span) item).name());
      }
      case SPAN_KIND -> {
        return word(KINDS, ((Span) item).kind());
      }
      case SPAN_STATUS -> {
        return word(STATUSES, ((Span) item).statusCode());
      }
      case BODY, VALUE, DURATION_MS, SIZE_BYTES -> {}
    }
    throw new IllegalStateException("Nothing groups by " + kind);
  }

  /** The value as a finite number to measure; NaN when the event has none. */
  double number(ResourceGroup group, Item item) {
    switch (kind) {
      case RESOURCE_ATTRIBUTE -> {
        return number(group.resource().attributes().get(key));
      }
      case RECORD_ATTRIBUTE -> {
        return number(item.attributes().get(key));
      }
      case SEVERITY_NUMBER -> {
        return ((LogRecord) item).severityNumber();
      }
      case BODY -> {
        return number(((LogRecord) item).body());
      }
      case VALUE -> {
        DataPoint point = (DataPoint) item;
        return point.hasLongValue() || point.hasDoubleValue()
            ? finite(point.doubleValue())
            : Double.NaN;
      }
      case DURATION_MS -> {
        Span span = (Span) item;
        return span.endTimeUnixNanos() == 0
            ? Double.NaN
            : (span.endTimeUnixNanos() - span.startTimeUnixNanos()) / NANOS_PER_MILLI;
      }
      case SIZE_BYTES -> {
        return item.sizeBytes();
      }
      case SCOPE_NAME,
          SEVERITY,
          SEVERITY_TEXT,
          EVENT_NAME,
          METRIC_NAME,
          METRIC_TYPE,
          METRIC_UNIT,
          SPAN_NAME,
          SPAN_KIND,
          SPAN_STATUS -> {}
    }
    throw new IllegalStateException("Nothing measures " + kind);
  }

  private @Nullable String text(Attributes attributes) {
    Value value = attributes.get(key);
    return value == null || value.type() == ValueType.EMPTY ? null : cut(value.asText());
  }

  private static String severity(LogRecord log) {
    int number = log.severityNumber();
    if (number >= 1 && number <= SEVERITIES_PER_LEVEL * LEVELS.length) {
      return LEVELS[(number - 1) / SEVERITIES_PER_LEVEL];
    }
    String text = log.severityText();
    return text.isEmpty() ? "UNSPECIFIED" : cut(text.toUpperCase(Locale.ROOT));
  }

  private static String word(String[] words, int number) {
    return number >= 0 && number < words.length ? words[number] : Integer.toString(number);
  }

  private static @Nullable String present(String text) {
    return text.isEmpty() ? null : cut(text);
  }

  private static String cut(String text) {
    if (text.length() <= MAX_TEXT) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(MAX_TEXT - 1)) ? MAX_TEXT - 1 : MAX_TEXT;
    return text.substring(0, end);
  }

  private static double number(@Nullable Value value) {
    if (value == null) {
      return Double.NaN;
    }
    if (value.type() == ValueType.INT) {
      return value.longValue();
    }
    if (value.type() == ValueType.DOUBLE) {
      return finite(value.doubleValue());
    }
    return value.type() == ValueType.STRING ? parse(value.stringValue()) : Double.NaN;
  }

  /** Regular expressions and splitters leave numbers as text. */
  private static double parse(String text) {
    if (text.isEmpty() || text.length() > 32) {
      return Double.NaN;
    }
    char first = text.charAt(0);
    char last = text.charAt(text.length() - 1);
    boolean numeric =
        (first >= '0' && first <= '9') || first == '-' || first == '+' || first == '.';
    // Double.parseDouble also takes "1d", "1f" and surrounding blanks.
    if (!numeric || !((last >= '0' && last <= '9') || last == '.')) {
      return Double.NaN;
    }
    try {
      return finite(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private static double finite(double value) {
    return Double.isFinite(value) ? value : Double.NaN;
  }
}
