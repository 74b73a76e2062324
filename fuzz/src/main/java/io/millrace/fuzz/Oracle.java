package io.millrace.fuzz;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.millrace.api.telemetry.Signal;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.util.ArrayList;
import java.util.Arrays;
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
          "SummaryDataPoint",
          "Profile");
  private static final Set<String> CONTAINERS =
      Set.of(
          "ResourceLogs",
          "ResourceSpans",
          "ResourceMetrics",
          "ResourceProfiles",
          "ScopeLogs",
          "ScopeSpans",
          "ScopeMetrics",
          "ScopeProfiles",
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
      case PROFILES -> throw signal.unsupported();
    };
  }

  static Message parse(Signal signal, byte[] bytes) throws InvalidProtocolBufferException {
    return parse(prototype(signal), bytes);
  }

  static Message parse(Message prototype, byte[] bytes) throws InvalidProtocolBufferException {
    return prototype.getParserForType().parseFrom(bytes);
  }

  /** What must be readable: those bytes were accepted before. */
  static Message parsed(Signal signal, byte[] bytes) {
    return parsed(prototype(signal), bytes);
  }

  /** The same for messages of the type of another one. */
  static Message parsed(Message prototype, byte[] bytes) {
    try {
      return parse(prototype, bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("The oracle does not read what Millrace wrote", e);
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

  /**
   * The message as far as the model shows it: without unknown fields and string indexes, empty
   * messages as absent, ids of zeros or of a wrong length as none.
   */
  static Message shown(Message message) {
    Message.Builder builder = message.newBuilderForType();
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              if (field.isRepeated()) {
                for (Object element : (List<?>) value) {
                  builder.addRepeatedField(
                      field, element instanceof Message inner ? shown(inner) : element);
                }
              } else if (value instanceof Message inner) {
                Message shown = shown(inner);
                if (field.getContainingOneof() != null || !isEmpty(shown)) {
                  builder.setField(field, shown);
                }
              } else if (!field.getName().endsWith("strindex") && !isNoId(field, value)) {
                builder.setField(field, value);
              }
            });
    return builder.build();
  }

  /** The message as far as JSON has it: without unknown fields and ids of a wrong length. */
  static Message known(Message message) {
    Message.Builder builder =
        message.toBuilder().setUnknownFields(UnknownFieldSet.getDefaultInstance());
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              if (field.getJavaType() != JavaType.MESSAGE) {
                if (field.getName().matches("(trace|span|parent_span)_id")
                    && isOfWrongLength(field, ((ByteString) value).toByteArray())) {
                  builder.clearField(field);
                }
              } else if (field.isRepeated()) {
                builder.clearField(field);
                for (Object element : (List<?>) value) {
                  builder.addRepeatedField(field, known((Message) element));
                }
              } else {
                builder.setField(field, known((Message) value));
              }
            });
    return builder.build();
  }

  /** The message with 0 for -0, which protobuf's JSON reads so. */
  static Message withoutSignOfZero(Message message) {
    Message.Builder builder = message.toBuilder();
    message
        .getAllFields()
        .forEach(
            (field, value) ->
                builder.setField(
                    field,
                    value instanceof List<?> list
                        ? list.stream().map(Oracle::valueWithoutSignOfZero).toList()
                        : valueWithoutSignOfZero(value)));
    return builder.build();
  }

  private static Object valueWithoutSignOfZero(Object value) {
    return switch (value) {
      case Message inner -> withoutSignOfZero(inner);
      case Double number -> number + 0.0;
      default -> value;
    };
  }

  private static boolean isEmpty(Message message) {
    return message.getSerializedSize() == 0;
  }

  private static boolean isNoId(FieldDescriptor field, Object value) {
    if (!field.getName().endsWith("trace_id") && !field.getName().endsWith("span_id")) {
      return false;
    }
    byte[] id = ((ByteString) value).toByteArray();
    return isOfWrongLength(field, id) || Arrays.equals(id, new byte[id.length]);
  }

  private static boolean isOfWrongLength(FieldDescriptor field, byte[] id) {
    return id.length != (field.getName().endsWith("trace_id") ? 16 : 8);
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
