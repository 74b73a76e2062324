package io.millrace.fuzz;

import static io.millrace.fuzz.Setter.all;
import static io.millrace.fuzz.Setter.attribute;
import static io.millrace.fuzz.Setter.fraction;
import static io.millrace.fuzz.Setter.id;
import static io.millrace.fuzz.Setter.number;
import static io.millrace.fuzz.Setter.one;
import static io.millrace.fuzz.Setter.text;
import static io.millrace.fuzz.Setter.without;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.millrace.api.telemetry.EditableDataPoint;
import io.millrace.api.telemetry.EditableExemplar;
import io.millrace.api.telemetry.EditableItem;
import io.millrace.api.telemetry.EditableLogRecord;
import io.millrace.api.telemetry.EditableSpan;
import io.millrace.api.telemetry.EditableSpanEvent;
import io.millrace.api.telemetry.EditableSpanLink;
import io.millrace.api.telemetry.Exemplar;
import io.millrace.api.telemetry.MetricType;
import io.millrace.api.telemetry.QuantileValue;
import io.millrace.api.telemetry.SpanEvent;
import io.millrace.api.telemetry.SpanLink;
import io.millrace.api.telemetry.Value;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Sets one field of an item and of its counterpart. One thread at a time. */
final class ItemChange {
  private static final List<Setter<EditableLogRecord>> LOG =
      List.of(
          number("time_unix_nano", EditableLogRecord::timeUnixNanos),
          number("observed_time_unix_nano", EditableLogRecord::observedTimeUnixNanos),
          number("severity_number", (log, number) -> log.severityNumber((int) number)),
          text("severity_text", EditableLogRecord::severityText),
          (drawn, log, expected) -> {
            Value body = Value.of(drawn.program().text());
            log.body(body);
            Mirror.set(expected, "body", Reread.value(body));
          },
          id("trace_id", 16, EditableLogRecord::traceId),
          id("span_id", 8, EditableLogRecord::spanId),
          number("flags", EditableLogRecord::flags),
          number("dropped_attributes_count", EditableLogRecord::droppedAttributesCount),
          text("event_name", EditableLogRecord::eventName));

  private static final List<Setter<EditableSpan>> SPAN =
      List.of(
          number("start_time_unix_nano", EditableSpan::timeUnixNanos),
          number("end_time_unix_nano", EditableSpan::endTimeUnixNanos),
          text("name", EditableSpan::name),
          number("kind", (span, number) -> span.kind((int) number)),
          number("status.code", (span, number) -> span.statusCode((int) number)),
          text("status.message", EditableSpan::statusMessage),
          text("trace_state", EditableSpan::traceState),
          id("trace_id", 16, EditableSpan::traceId),
          id("span_id", 8, EditableSpan::spanId),
          id("parent_span_id", 8, EditableSpan::parentSpanId),
          number("flags", EditableSpan::flags),
          number("dropped_attributes_count", EditableSpan::droppedAttributesCount),
          number("dropped_events_count", EditableSpan::droppedEventsCount),
          number("dropped_links_count", EditableSpan::droppedLinksCount),
          ItemChange::events,
          ItemChange::links);

  private static final List<Setter<EditableSpanEvent>> EVENT =
      List.of(
          number("time_unix_nano", EditableSpanEvent::timeUnixNanos),
          text("name", EditableSpanEvent::name),
          number("dropped_attributes_count", EditableSpanEvent::droppedAttributesCount),
          attribute("attributes", EditableSpanEvent::attributes));

  private static final List<Setter<EditableSpanLink>> LINK =
      List.of(
          id("trace_id", 16, EditableSpanLink::traceId),
          id("span_id", 8, EditableSpanLink::spanId),
          text("trace_state", EditableSpanLink::traceState),
          number("dropped_attributes_count", EditableSpanLink::droppedAttributesCount),
          number("flags", EditableSpanLink::flags),
          attribute("attributes", EditableSpanLink::attributes));

  private static final List<Setter<EditableDataPoint>> POINT =
      List.of(
          number("time_unix_nano", EditableDataPoint::timeUnixNanos),
          number("start_time_unix_nano", EditableDataPoint::startTimeUnixNanos),
          number("flags", EditableDataPoint::flags),
          ItemChange::exemplars,
          ItemChange::kind);

  private static final List<Setter<EditableDataPoint>> SINGLE =
      List.of(
          fraction("as_double", EditableDataPoint::doubleValue),
          number("as_int", EditableDataPoint::longValue));

  private static final List<Setter<EditableDataPoint>> SUMMARY =
      List.of(
          number("count", EditableDataPoint::count),
          fraction("sum", EditableDataPoint::sum),
          ItemChange::quantiles);

  private static final List<Setter<EditableDataPoint>> ANY_HISTOGRAM =
      List.of(
          number("count", EditableDataPoint::count),
          fraction("sum", EditableDataPoint::sum),
          without("sum", EditableDataPoint::withoutSum),
          fraction("min", EditableDataPoint::min),
          without("min", EditableDataPoint::withoutMin),
          fraction("max", EditableDataPoint::max),
          without("max", EditableDataPoint::withoutMax),
          ItemChange::buckets);

  private static final List<Setter<EditableDataPoint>> EXPONENTIAL =
      List.of(
          number("scale", (point, number) -> point.scale((int) number)),
          (drawn, point, expected) -> {
            point.zero(drawn.number(), drawn.fraction());
            Mirror.set(expected, "zero_count", drawn.number());
            Mirror.set(expected, "zero_threshold", drawn.fraction());
          },
          buckets("positive", EditableDataPoint::positive),
          buckets("negative", EditableDataPoint::negative));

  private static final List<Setter<EditableExemplar>> EXEMPLAR =
      List.of(
          number("time_unix_nano", EditableExemplar::timeUnixNanos),
          id("trace_id", 16, EditableExemplar::traceId),
          id("span_id", 8, EditableExemplar::spanId),
          attribute("filtered_attributes", EditableExemplar::filteredAttributes));

  private static final List<Setter<EditableExemplar>> EXEMPLAR_VALUE =
      List.of(
          fraction("as_double", EditableExemplar::doubleValue),
          number("as_int", EditableExemplar::longValue));

  private ItemChange() {}

  static void apply(Program program, EditableItem actual, Message.Builder expected) {
    switch (actual) {
      case EditableLogRecord log -> one(LOG, program, log, expected);
      case EditableSpan span -> one(SPAN, program, span, expected);
      case EditableDataPoint point -> one(POINT, program, point, expected);
    }
  }

  private static void events(Setter.Drawn drawn, EditableSpan span, Message.Builder expected) {
    Program program = drawn.program();
    span.events(
        list(
            program,
            span.view().events(),
            expected,
            new Elements<>(
                "events",
                (event, message) -> event.with(edit -> all(EVENT, program, edit, message)),
                message -> {
                  SpanEvent event = SpanEvent.of(program.number(), program.text());
                  message.mergeFrom(Reread.event(event));
                  return event;
                })));
  }

  private static void links(Setter.Drawn drawn, EditableSpan span, Message.Builder expected) {
    Program program = drawn.program();
    span.links(
        list(
            program,
            span.view().links(),
            expected,
            new Elements<>(
                "links",
                (link, message) -> link.with(edit -> all(LINK, program, edit, message)),
                message -> {
                  // Ids of zeros, too, which are written though they read as none.
                  String traceId = program.hex(16);
                  String spanId = program.hex(8);
                  Mirror.set(message, "trace_id", traceId);
                  Mirror.set(message, "span_id", spanId);
                  return SpanLink.of(traceId, spanId);
                })));
  }

  /** Of a summary, which has none, another field. */
  private static void exemplars(
      Setter.Drawn drawn, EditableDataPoint point, Message.Builder expected) {
    Program program = drawn.program();
    if (point.view().metric().type() == MetricType.SUMMARY) {
      one(SUMMARY, program, point, expected);
      return;
    }
    point.exemplars(
        list(
            program,
            point.view().exemplars(),
            expected,
            new Elements<>(
                "exemplars",
                (exemplar, message) ->
                    exemplar.with(
                        edit -> {
                          all(EXEMPLAR, program, edit, message);
                          one(EXEMPLAR_VALUE, program, edit, message);
                        }),
                message -> {
                  Exemplar exemplar =
                      program.truth()
                          ? Exemplar.of(program.number(), program.number())
                          : Exemplar.of(program.number(), program.fraction());
                  message.mergeFrom(Reread.exemplar(exemplar));
                  return exemplar;
                })));
  }

  /** A field that only this kind of data point has. */
  private static void kind(Setter.Drawn drawn, EditableDataPoint point, Message.Builder expected) {
    List<Setter<EditableDataPoint>> setters =
        switch (point.view().metric().type()) {
          case GAUGE, SUM -> SINGLE;
          case HISTOGRAM, EXPONENTIAL_HISTOGRAM -> ANY_HISTOGRAM;
          case SUMMARY, NONE -> SUMMARY;
        };
    one(setters, drawn.program(), point, expected);
  }

  private static void quantiles(
      Setter.Drawn drawn, EditableDataPoint point, Message.Builder expected) {
    List<QuantileValue> quantiles = new ArrayList<>(point.view().quantiles());
    quantiles.add(new QuantileValue(drawn.fraction(), drawn.number()));
    point.quantiles(quantiles);
    List<Message> mirrored = new ArrayList<>();
    for (QuantileValue quantile : quantiles) {
      mirrored.add(
          SummaryDataPoint.ValueAtQuantile.newBuilder()
              .setQuantile(quantile.quantile())
              .setValue(quantile.value())
              .build());
    }
    Mirror.set(expected, "quantile_values", mirrored);
  }

  private static void buckets(
      Setter.Drawn drawn, EditableDataPoint point, Message.Builder expected) {
    if (point.view().metric().type() != MetricType.HISTOGRAM) {
      one(EXPONENTIAL, drawn.program(), point, expected);
      return;
    }
    List<Long> counts = counts(drawn.program());
    List<Double> bounds = counts.stream().map(count -> count / 8.0).toList();
    point.buckets(array(counts), bounds.stream().mapToDouble(Double::doubleValue).toArray());
    Mirror.set(expected, "bucket_counts", counts);
    Mirror.set(expected, "explicit_bounds", bounds);
  }

  private static Setter<EditableDataPoint> buckets(String field, BucketsSetter set) {
    return (drawn, point, expected) -> {
      int offset = (int) drawn.number();
      List<Long> counts = counts(drawn.program());
      set.set(point, offset, array(counts));
      Mirror.set(
          expected,
          field,
          ExponentialHistogramDataPoint.Buckets.newBuilder()
              .setOffset(offset)
              .addAllBucketCounts(counts)
              .build());
    };
  }

  private static List<Long> counts(Program program) {
    List<Long> counts = new ArrayList<>();
    for (int size = program.choice(20); size > 0; size--) {
      counts.add(program.number());
    }
    return counts;
  }

  private static long[] array(List<Long> counts) {
    return counts.stream().mapToLong(Long::longValue).toArray();
  }

  /** Changes each element of a list, or drops it, or leaves it; sometimes adds one. */
  private static <T> List<T> list(
      Program program, Iterable<T> there, Message.Builder expected, Elements<T> elements) {
    FieldDescriptor field = expected.getDescriptorForType().findFieldByName(elements.field);
    List<T> actual = new ArrayList<>();
    List<Message> mirrored = new ArrayList<>();
    Iterator<Message> old = Mirror.messages(expected.build(), field.getNumber()).iterator();
    for (T element : there) {
      Message.Builder builder = old.next().toBuilder();
      int what = program.choice(3);
      if (what > 0) {
        actual.add(what == 1 ? element : elements.change.apply(element, builder));
        mirrored.add(builder.build());
      }
    }
    if (program.truth()) {
      Message.Builder builder = expected.newBuilderForField(field);
      actual.add(elements.added.apply(builder));
      mirrored.add(builder.build());
    }
    expected.setField(field, mirrored);
    return actual;
  }

  /** How an element of a list is changed and how one is made, each with its counterpart. */
  private record Elements<T>(
      String field, BiFunction<T, Message.Builder, T> change, Function<Message.Builder, T> added) {}

  private interface BucketsSetter {
    void set(EditableDataPoint point, int offset, long[] counts);
  }
}
