package io.millrace.api.telemetry;

import java.util.function.Consumer;

/** A reference from a span to another one. Immutable. */
public sealed interface SpanLink permits SpanLinkView {

  /** 32 lower-case hex digits; empty when there is none. */
  String traceId();

  /** 16 lower-case hex digits; empty when there is none. */
  String spanId();

  /** The W3C tracestate; empty when there is none. */
  String traceState();

  /** The attributes in order. */
  Attributes attributes();

  /** How many attributes the producer left out. */
  long droppedAttributesCount();

  /** The W3C trace flags in the lowest 8 bits; 32 bits unsigned. */
  long flags();

  /**
   * The same link with changes.
   *
   * @param changes called once, on this thread
   */
  SpanLink with(Consumer<? super EditableSpanLink> changes);

  /**
   * A link without attributes.
   *
   * @param traceId 32 hex digits
   * @param spanId 16 hex digits
   */
  static SpanLink of(String traceId, String spanId) {
    return SpanLinkView.NONE.with(
        link -> {
          link.traceId(traceId);
          link.spanId(spanId);
        });
  }
}
