package io.millrace.api.telemetry;

import java.util.function.Consumer;

/** Something that happened during a span. Immutable. */
public sealed interface SpanEvent permits SpanEventView {

  /** Nanoseconds since the Unix epoch; 0 when unknown. */
  long timeUnixNanos();

  /** What happened. */
  String name();

  /** The attributes in order. */
  Attributes attributes();

  /** How many attributes the producer left out. */
  long droppedAttributesCount();

  /**
   * The same event with changes.
   *
   * @param changes called once, on this thread
   */
  SpanEvent with(Consumer<? super EditableSpanEvent> changes);

  /** An event without attributes. */
  static SpanEvent of(long timeUnixNanos, String name) {
    return SpanEventView.NONE.with(
        event -> {
          event.timeUnixNanos(timeUnixNanos);
          event.name(name);
        });
  }
}
