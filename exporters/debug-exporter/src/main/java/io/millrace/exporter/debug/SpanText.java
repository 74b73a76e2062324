package io.millrace.exporter.debug;

import io.millrace.api.telemetry.Span;
import io.millrace.api.telemetry.SpanEvent;
import io.millrace.api.telemetry.SpanLink;
import java.util.List;

/** Every field of a span, in the Collector's layout. */
final class SpanText {
  private static final List<String> KINDS =
      List.of("Unspecified", "Internal", "Server", "Client", "Producer", "Consumer");
  private static final List<String> STATUS = List.of("Unset", "Ok", "Error");

  private SpanText() {}

  static void append(TextLines lines, int number, Span span) {
    lines.line("Span #" + number);
    field(lines, "Trace ID", span.traceId());
    field(lines, "Parent ID", span.parentSpanId());
    field(lines, "ID", span.spanId());
    field(lines, "Name", span.name());
    field(lines, "Kind", name(KINDS, span.kind()));
    if (!span.traceState().isEmpty()) {
      field(lines, "TraceState", span.traceState());
    }
    field(lines, "Start time", TextLines.time(span.startTimeUnixNanos()));
    field(lines, "End time", TextLines.time(span.endTimeUnixNanos()));
    field(lines, "Status code", name(STATUS, span.statusCode()));
    field(lines, "Status message", span.statusMessage());
    lines.line("    DroppedAttributesCount: " + span.droppedAttributesCount());
    lines.line("    DroppedEventsCount: " + span.droppedEventsCount());
    lines.line("    DroppedLinksCount: " + span.droppedLinksCount());
    lines.attributes("Attributes", span.attributes());
    events(lines, span);
    links(lines, span);
  }

  private static void events(TextLines lines, Span span) {
    int number = 0;
    for (SpanEvent event : span.events()) {
      if (number == 0) {
        lines.line("Events:");
      }
      lines.line("SpanEvent #" + number++);
      lines.line("     -> Name: " + event.name());
      lines.line("     -> Timestamp: " + TextLines.time(event.timeUnixNanos()));
      lines.line("     -> DroppedAttributesCount: " + event.droppedAttributesCount());
      lines.attributes("     -> Attributes:", "          ", event.attributes());
    }
  }

  private static void links(TextLines lines, Span span) {
    int number = 0;
    for (SpanLink link : span.links()) {
      if (number == 0) {
        lines.line("Links:");
      }
      lines.line("SpanLink #" + number++);
      lines.line("     -> Trace ID: " + link.traceId());
      lines.line("     -> ID: " + link.spanId());
      lines.line("     -> TraceState: " + link.traceState());
      lines.line("     -> DroppedAttributesCount: " + link.droppedAttributesCount());
      lines.attributes("     -> Attributes:", "          ", link.attributes());
    }
  }

  private static void field(TextLines lines, String name, String value) {
    lines.line("    " + name + " ".repeat(15 - name.length()) + ": " + value);
  }

  private static String name(List<String> names, int number) {
    return number < 0 || number >= names.size() ? String.valueOf(number) : names.get(number);
  }
}
