package io.millrace.api.telemetry;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.profiles.v1development.ExportProfilesServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** What the generated classes make of the same bytes. */
final class Oracle {
  private static final Set<String> ITEMS =
      Set.of(
          "LogRecord",
          "Span",
          "NumberDataPoint",
          "HistogramDataPoint",
          "ExponentialHistogramDataPoint",
          "SummaryDataPoint");
  private static final Set<String> CONTAINERS =
      Set.of(
          "ResourceLogs",
          "ResourceSpans",
          "ResourceMetrics",
          "ScopeLogs",
          "ScopeSpans",
          "ScopeMetrics",
          "Metric",
          "Gauge",
          "Sum",
          "Histogram",
          "ExponentialHistogram",
          "Summary");

  private int next;

  private Oracle() {}

  static Message prototype(Signal signal) {
    return switch (signal) {
      case LOGS -> ExportLogsServiceRequest.getDefaultInstance();
      case METRICS -> ExportMetricsServiceRequest.getDefaultInstance();
      case TRACES -> ExportTraceServiceRequest.getDefaultInstance();
      case PROFILES -> ExportProfilesServiceRequest.getDefaultInstance();
    };
  }

  static Message parse(Signal signal, byte[] bytes) throws InvalidProtocolBufferException {
    return prototype(signal).getParserForType().parseFrom(bytes);
  }

  static boolean accepts(Signal signal, byte[] bytes) {
    try {
      parse(signal, bytes);
      return true;
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }

  static List<Message> items(Message request) {
    List<Message> items = new ArrayList<>();
    collect(request, items);
    return items;
  }

  /** The request with some of its items; what has none left is left out. */
  static Message select(Message request, IntPredicate keep) {
    Message selected = new Oracle().kept(request, keep);
    return selected == null ? request.getDefaultInstanceForType() : selected;
  }

  private static void collect(Message message, List<Message> items) {
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              if (leads(field)) {
                List<?> children = field.isRepeated() ? (List<?>) value : List.of(value);
                for (Object child : children) {
                  if (isItem(field)) {
                    items.add((Message) child);
                  } else {
                    collect((Message) child, items);
                  }
                }
              }
            });
  }

  private @Nullable Message kept(Message message, IntPredicate keep) {
    Message.Builder builder = message.toBuilder();
    boolean any = false;
    for (FieldDescriptor field : message.getAllFields().keySet()) {
      if (!leads(field)) {
        continue;
      }
      builder.clearField(field);
      Object value = message.getField(field);
      for (Object child : field.isRepeated() ? (List<?>) value : List.of(value)) {
        Message left = isItem(field) ? (Message) child : kept((Message) child, keep);
        if (isItem(field) && !keep.test(next++)) {
          left = null;
        }
        if (left != null) {
          any = true;
          if (field.isRepeated()) {
            builder.addRepeatedField(field, left);
          } else {
            builder.setField(field, left);
          }
        }
      }
    }
    return any ? builder.build() : null;
  }

  private static boolean leads(FieldDescriptor field) {
    return field.getJavaType() == JavaType.MESSAGE
        && (isItem(field) || CONTAINERS.contains(field.getMessageType().getName()));
  }

  private static boolean isItem(FieldDescriptor field) {
    return ITEMS.contains(field.getMessageType().getName());
  }
}
