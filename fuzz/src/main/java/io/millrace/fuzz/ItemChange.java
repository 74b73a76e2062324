package io.millrace.fuzz;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.millrace.api.telemetry.EditableAttributes;
import io.millrace.api.telemetry.EditableDataPoint;
import io.millrace.api.telemetry.EditableItem;
import io.millrace.api.telemetry.EditableLogRecord;
import io.millrace.api.telemetry.EditableSpan;
import io.millrace.api.telemetry.Exemplar;
import io.millrace.api.telemetry.MetricType;
import io.millrace.api.telemetry.QuantileValue;
import io.millrace.api.telemetry.SpanEvent;
import io.millrace.api.telemetry.SpanLink;
import io.millrace.api.telemetry.Value;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Sets one field of an item and of its counterpart. One thread at a time. */
final class ItemChange {
  private final Program program;

  ItemChange(Program program) {
    this.program = program;
  }

  void apply(EditableItem actual, Message.Builder expected) {
    switch (actual) {
      case EditableLogRecord log -> log(log, expected);
      case EditableSpan span -> span(span, expected);
      case EditableDataPoint point -> point(point, expected);
    }
  }

  private void log(EditableLogRecord log, Message.Builder expected) {
    long number = program.number();
    switch (program.choice(10)) {
      case 0 -> {
        log.timeUnixNanos(number);
        Mirror.set(expected, "time_unix_nano", number);
      }
      case 1 -> {
        log.observedTimeUnixNanos(number);
        Mirror.set(expected, "observed_time_unix_nano", number);
      }
      case 2 -> {
        log.severityNumber((int) number);
        Mirror.set(expected, "severity_number", number);
      }
      case 3 -> {
        String text = program.text();
        log.severityText(text);
        Mirror.set(expected, "severity_text", text);
      }
      case 4 -> {
        Value body = Value.of(program.text());
        log.body(body);
        Mirror.set(expected, "body", Reread.value(body));
      }
      case 5 -> {
        String id = program.hex(16);
        log.traceId(id);
        Mirror.set(expected, "trace_id", id);
      }
      case 6 -> {
        String id = program.hex(8);
        log.spanId(id);
        Mirror.set(expected, "span_id", id);
      }
      case 7 -> {
        log.flags(number);
        Mirror.set(expected, "flags", number);
      }
      case 8 -> {
        log.droppedAttributesCount(number);
        Mirror.set(expected, "dropped_attributes_count", number);
      }
      default -> {
        String text = program.text();
        log.eventName(text);
        Mirror.set(expected, "event_name", text);
      }
    }
  }

  private void span(EditableSpan span, Message.Builder expected) {
    long number = program.number();
    switch (program.choice(16)) {
      case 0 -> {
        span.timeUnixNanos(number);
        Mirror.set(expected, "start_time_unix_nano", number);
      }
      case 1 -> {
        span.endTimeUnixNanos(number);
        Mirror.set(expected, "end_time_unix_nano", number);
      }
      case 2 -> {
        String text = program.text();
        span.name(text);
        Mirror.set(expected, "name", text);
      }
      case 3 -> {
        span.kind((int) number);
        Mirror.set(expected, "kind", number);
      }
      case 4 -> {
        span.statusCode((int) number);
        status(expected, "code", number);
      }
      case 5 -> {
        String text = program.text();
        span.statusMessage(text);
        status(expected, "message", text);
      }
      case 6 -> {
        String text = program.text();
        span.traceState(text);
        Mirror.set(expected, "trace_state", text);
      }
      case 7 -> {
        String id = program.hex(16);
        span.traceId(id);
        Mirror.set(expected, "trace_id", id);
      }
      case 8 -> {
        String id = program.hex(8);
        span.spanId(id);
        Mirror.set(expected, "span_id", id);
      }
      case 9 -> {
        String id = program.hex(8);
        span.parentSpanId(id);
        Mirror.set(expected, "parent_span_id", id);
      }
      case 10 -> {
        span.flags(number);
        Mirror.set(expected, "flags", number);
      }
      case 11 -> {
        span.droppedAttributesCount(number);
        Mirror.set(expected, "dropped_attributes_count", number);
      }
      case 12 -> {
        span.droppedEventsCount(number);
        Mirror.set(expected, "dropped_events_count", number);
      }
      case 13 -> {
        span.droppedLinksCount(number);
        Mirror.set(expected, "dropped_links_count", number);
      }
      case 14 -> events(span, expected);
      default -> links(span, expected);
    }
  }

  /** Changes each event, or drops it, or leaves it; sometimes adds one. */
  private void events(EditableSpan span, Message.Builder expected) {
    List<SpanEvent> actual = new ArrayList<>();
    List<Message> mirrored = new ArrayList<>();
    Iterator<Message> old = Mirror.messages(expected.build(), 11).iterator();
    for (SpanEvent event : span.view().events()) {
      Message.Builder builder = old.next().toBuilder();
      int what = program.choice(3);
      if (what == 1) {
        actual.add(event);
        mirrored.add(builder.build());
      } else if (what == 2) {
        actual.add(changed(event, builder));
        mirrored.add(builder.build());
      }
    }
    if (program.truth()) {
      SpanEvent event = SpanEvent.of(program.number(), program.text());
      actual.add(event);
      mirrored.add(Reread.event(event));
    }
    span.events(actual);
    expected.setField(expected.getDescriptorForType().findFieldByNumber(11), mirrored);
  }

  private SpanEvent changed(SpanEvent event, Message.Builder expected) {
    return event.with(
        edit -> {
          long number = program.number();
          String text = program.text();
          edit.timeUnixNanos(number);
          Mirror.set(expected, "time_unix_nano", number);
          edit.name(text);
          Mirror.set(expected, "name", text);
          edit.droppedAttributesCount(number);
          Mirror.set(expected, "dropped_attributes_count", number);
          put(edit.attributes(), Mirror.Attributed.of(expected, "attributes"));
        });
  }

  /** The same with links. */
  private void links(EditableSpan span, Message.Builder expected) {
    List<SpanLink> actual = new ArrayList<>();
    List<Message> mirrored = new ArrayList<>();
    Iterator<Message> old = Mirror.messages(expected.build(), 13).iterator();
    for (SpanLink link : span.view().links()) {
      Message.Builder builder = old.next().toBuilder();
      int what = program.choice(3);
      if (what == 1) {
        actual.add(link);
        mirrored.add(builder.build());
      } else if (what == 2) {
        actual.add(changed(link, builder));
        mirrored.add(builder.build());
      }
    }
    if (program.truth()) {
      String traceId = program.hex(16);
      String spanId = program.hex(8);
      actual.add(SpanLink.of(traceId, spanId));
      Message.Builder builder = Span.Link.newBuilder();
      Mirror.set(builder, "trace_id", traceId);
      Mirror.set(builder, "span_id", spanId);
      mirrored.add(builder.build());
    }
    span.links(actual);
    expected.setField(expected.getDescriptorForType().findFieldByNumber(13), mirrored);
  }

  private SpanLink changed(SpanLink link, Message.Builder expected) {
    return link.with(
        edit -> {
          String traceId = program.hex(16);
          edit.traceId(traceId);
          Mirror.set(expected, "trace_id", traceId);
          String spanId = program.hex(8);
          edit.spanId(spanId);
          Mirror.set(expected, "span_id", spanId);
          String text = program.text();
          edit.traceState(text);
          Mirror.set(expected, "trace_state", text);
          long number = program.number();
          edit.droppedAttributesCount(number);
          Mirror.set(expected, "dropped_attributes_count", number);
          edit.flags(number);
          Mirror.set(expected, "flags", number);
          put(edit.attributes(), Mirror.Attributed.of(expected, "attributes"));
        });
  }

  private void put(EditableAttributes actual, Mirror.Attributed expected) {
    String key = program.key();
    Value value = Value.of(program.number());
    actual.put(key, value);
    expected.put(key, Reread.value(value));
  }

  private static void status(Message.Builder span, String name, Object value) {
    FieldDescriptor field = span.getDescriptorForType().findFieldByName("status");
    Message.Builder status = ((Message) span.getField(field)).toBuilder();
    Mirror.set(status, name, value);
    span.setField(field, status.build());
  }

  private void point(EditableDataPoint point, Message.Builder expected) {
    MetricType type = point.view().metric().type();
    long number = program.number();
    switch (program.choice(5)) {
      case 0 -> {
        point.timeUnixNanos(number);
        Mirror.set(expected, "time_unix_nano", number);
      }
      case 1 -> {
        point.startTimeUnixNanos(number);
        Mirror.set(expected, "start_time_unix_nano", number);
      }
      case 2 -> {
        point.flags(number);
        Mirror.set(expected, "flags", number);
      }
      case 3 -> {
        if (type == MetricType.SUMMARY) {
          summary(point, expected);
        } else {
          exemplars(point, expected);
        }
      }
      default -> {
        switch (type) {
          case GAUGE, SUM -> single(point, expected);
          case HISTOGRAM, EXPONENTIAL_HISTOGRAM -> histogram(point, expected, type);
          case SUMMARY, NONE -> summary(point, expected);
        }
      }
    }
  }

  private void single(EditableDataPoint point, Message.Builder expected) {
    if (program.truth()) {
      long number = program.number();
      point.longValue(number);
      Mirror.set(expected, "as_int", number);
    } else {
      double fraction = program.fraction();
      point.doubleValue(fraction);
      Mirror.set(expected, "as_double", fraction);
    }
  }

  private void summary(EditableDataPoint point, Message.Builder expected) {
    long number = program.number();
    double fraction = program.fraction();
    switch (program.choice(3)) {
      case 0 -> {
        point.count(number);
        Mirror.set(expected, "count", number);
      }
      case 1 -> {
        point.sum(fraction);
        Mirror.set(expected, "sum", fraction);
      }
      default -> {
        List<QuantileValue> quantiles = new ArrayList<>(point.view().quantiles());
        quantiles.add(new QuantileValue(fraction, number));
        point.quantiles(quantiles);
        expected.setField(
            expected.getDescriptorForType().findFieldByName("quantile_values"),
            quantiles.stream()
                .map(
                    quantile ->
                        SummaryDataPoint.ValueAtQuantile.newBuilder()
                            .setQuantile(quantile.quantile())
                            .setValue(quantile.value())
                            .build())
                .toList());
      }
    }
  }

  private void histogram(EditableDataPoint point, Message.Builder expected, MetricType type) {
    long number = program.number();
    double fraction = program.fraction();
    switch (program.choice(8)) {
      case 0 -> {
        point.count(number);
        Mirror.set(expected, "count", number);
      }
      case 1 -> {
        point.sum(fraction);
        Mirror.set(expected, "sum", fraction);
      }
      case 2 -> {
        point.withoutSum();
        Mirror.clear(expected, "sum");
      }
      case 3 -> {
        point.min(fraction);
        Mirror.set(expected, "min", fraction);
      }
      case 4 -> {
        point.withoutMin();
        Mirror.clear(expected, "min");
      }
      case 5 -> {
        point.max(fraction);
        Mirror.set(expected, "max", fraction);
      }
      case 6 -> {
        point.withoutMax();
        Mirror.clear(expected, "max");
      }
      default -> {
        if (type == MetricType.HISTOGRAM) {
          buckets(point, expected);
        } else {
          exponential(point, expected);
        }
      }
    }
  }

  private void buckets(EditableDataPoint point, Message.Builder expected) {
    List<Long> counts = counts();
    List<Double> bounds = counts.stream().map(count -> count / 8.0).toList();
    point.buckets(
        counts.stream().mapToLong(Long::longValue).toArray(),
        bounds.stream().mapToDouble(Double::doubleValue).toArray());
    Mirror.set(expected, "bucket_counts", counts);
    Mirror.set(expected, "explicit_bounds", bounds);
  }

  private void exponential(EditableDataPoint point, Message.Builder expected) {
    int number = (int) program.number();
    List<Long> counts = counts();
    long[] array = counts.stream().mapToLong(Long::longValue).toArray();
    Message buckets =
        ExponentialHistogramDataPoint.Buckets.newBuilder()
            .setOffset(number)
            .addAllBucketCounts(counts)
            .build();
    switch (program.choice(4)) {
      case 0 -> {
        point.scale(number);
        Mirror.set(expected, "scale", number);
      }
      case 1 -> {
        point.zero(number, number / 4.0);
        Mirror.set(expected, "zero_count", (long) number);
        Mirror.set(expected, "zero_threshold", number / 4.0);
      }
      case 2 -> {
        point.positive(number, array);
        Mirror.set(expected, "positive", buckets);
      }
      default -> {
        point.negative(number, array);
        Mirror.set(expected, "negative", buckets);
      }
    }
  }

  private List<Long> counts() {
    List<Long> counts = new ArrayList<>();
    for (int size = program.choice(20); size > 0; size--) {
      counts.add(program.number());
    }
    return counts;
  }

  /** Changes each exemplar, or drops it, or leaves it; sometimes adds one. */
  private void exemplars(EditableDataPoint point, Message.Builder expected) {
    FieldDescriptor field = expected.getDescriptorForType().findFieldByName("exemplars");
    List<Exemplar> actual = new ArrayList<>();
    List<Message> mirrored = new ArrayList<>();
    Iterator<Message> old = Mirror.messages(expected.build(), field.getNumber()).iterator();
    for (Exemplar exemplar : point.view().exemplars()) {
      Message.Builder builder = old.next().toBuilder();
      int what = program.choice(3);
      if (what == 1) {
        actual.add(exemplar);
        mirrored.add(builder.build());
      } else if (what == 2) {
        actual.add(changed(exemplar, builder));
        mirrored.add(builder.build());
      }
    }
    if (program.truth()) {
      Exemplar exemplar =
          program.truth()
              ? Exemplar.of(program.number(), program.number())
              : Exemplar.of(program.number(), program.fraction());
      actual.add(exemplar);
      mirrored.add(Reread.exemplar(exemplar));
    }
    point.exemplars(actual);
    expected.setField(field, mirrored);
  }

  private Exemplar changed(Exemplar exemplar, Message.Builder expected) {
    return exemplar.with(
        edit -> {
          long number = program.number();
          edit.timeUnixNanos(number);
          Mirror.set(expected, "time_unix_nano", number);
          String traceId = program.hex(16);
          edit.traceId(traceId);
          Mirror.set(expected, "trace_id", traceId);
          String spanId = program.hex(8);
          edit.spanId(spanId);
          Mirror.set(expected, "span_id", spanId);
          if (program.truth()) {
            edit.longValue(number);
            Mirror.set(expected, "as_int", number);
          } else {
            edit.doubleValue(number / 8.0);
            Mirror.set(expected, "as_double", number / 8.0);
          }
          put(edit.filteredAttributes(), Mirror.Attributed.of(expected, "filtered_attributes"));
        });
  }
}
