package io.millrace.api.telemetry;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The messages of OTLP as far as their structure goes: which field is a message, which comes once,
 * which counts as an item. Everything is indexed by tag, so that a field with an unexpected wire
 * type is an unknown field, as protobuf has it. Immutable after class initialisation.
 */
final class MessageType {
  /** Nothing to look into. */
  static final byte PLAIN = 0;

  /** A message that may come again and again. */
  static final byte REPEATED = 1;

  /** A message that comes once; if it comes again, both are merged. */
  static final byte SINGLE = 2;

  /** A value of a oneof whose other values may be messages. */
  static final byte CHOICE = 3;

  /** A message of a oneof. */
  static final byte CHOICE_MESSAGE = 4;

  /** A packed list of 8-byte values. */
  static final byte PACKED_FIXED64 = 5;

  /** A packed list of varints. */
  static final byte PACKED_VARINT = 6;

  /** Tags from here on are unknown fields. */
  static final int TAGS = 16 * 8 + 8;

  static final MessageType LOGS_REQUEST = new MessageType("ExportLogsServiceRequest");
  static final MessageType METRICS_REQUEST = new MessageType("ExportMetricsServiceRequest");
  static final MessageType TRACES_REQUEST = new MessageType("ExportTraceServiceRequest");
  static final MessageType PROFILES_REQUEST = new MessageType("ExportProfilesServiceRequest");
  static final MessageType RESOURCE = new MessageType("Resource");
  static final MessageType SCOPE = new MessageType("InstrumentationScope");
  static final MessageType RESOURCE_LOGS = new MessageType("ResourceLogs");
  static final MessageType RESOURCE_METRICS = new MessageType("ResourceMetrics");
  static final MessageType RESOURCE_SPANS = new MessageType("ResourceSpans");
  static final MessageType RESOURCE_PROFILES = new MessageType("ResourceProfiles");
  static final MessageType SCOPE_LOGS = new MessageType("ScopeLogs");
  static final MessageType SCOPE_METRICS = new MessageType("ScopeMetrics");
  static final MessageType SCOPE_SPANS = new MessageType("ScopeSpans");
  static final MessageType SCOPE_PROFILES = new MessageType("ScopeProfiles");
  static final MessageType LOG_RECORD = new MessageType("LogRecord");
  static final MessageType SPAN = new MessageType("Span");
  static final MessageType PROFILE = new MessageType("Profile");
  static final MessageType EVENT = new MessageType("Span.Event");
  static final MessageType LINK = new MessageType("Span.Link");
  static final MessageType STATUS = new MessageType("Status");
  static final MessageType METRIC = new MessageType("Metric");
  static final MessageType GAUGE = new MessageType("Gauge");
  static final MessageType SUM = new MessageType("Sum");
  static final MessageType HISTOGRAM = new MessageType("Histogram");
  static final MessageType EXPONENTIAL_HISTOGRAM = new MessageType("ExponentialHistogram");
  static final MessageType SUMMARY = new MessageType("Summary");
  static final MessageType NUMBER_POINT = new MessageType("NumberDataPoint");
  static final MessageType HISTOGRAM_POINT = new MessageType("HistogramDataPoint");
  static final MessageType EXPONENTIAL_POINT = new MessageType("ExponentialHistogramDataPoint");
  static final MessageType SUMMARY_POINT = new MessageType("SummaryDataPoint");
  static final MessageType BUCKETS = new MessageType("Buckets");
  static final MessageType QUANTILE = new MessageType("ValueAtQuantile");
  static final MessageType EXEMPLAR = new MessageType("Exemplar");
  static final MessageType KEY_VALUE = new MessageType("KeyValue");
  static final MessageType VALUE = new MessageType("AnyValue");
  static final MessageType ARRAY = new MessageType("ArrayValue");
  static final MessageType MAP = new MessageType("KeyValueList");
  static final MessageType ENTITY_REF = new MessageType("EntityRef");

  static {
    LOGS_REQUEST.repeated(1, RESOURCE_LOGS);
    METRICS_REQUEST.repeated(1, RESOURCE_METRICS);
    TRACES_REQUEST.repeated(1, RESOURCE_SPANS);
    PROFILES_REQUEST.repeated(1, RESOURCE_PROFILES);
    RESOURCE_LOGS.single(1, RESOURCE).repeated(2, SCOPE_LOGS).len(3);
    RESOURCE_METRICS.single(1, RESOURCE).repeated(2, SCOPE_METRICS).len(3);
    RESOURCE_SPANS.single(1, RESOURCE).repeated(2, SCOPE_SPANS).len(3);
    RESOURCE_PROFILES.repeated(2, SCOPE_PROFILES);
    RESOURCE.repeated(1, KEY_VALUE).varint(2).repeated(3, ENTITY_REF);
    ENTITY_REF.len(1, 2, 3, 4);
    SCOPE_LOGS.single(1, SCOPE).repeated(2, LOG_RECORD).len(3);
    SCOPE_METRICS.single(1, SCOPE).repeated(2, METRIC).len(3);
    SCOPE_SPANS.single(1, SCOPE).repeated(2, SPAN).len(3);
    SCOPE_PROFILES.repeated(2, PROFILE);
    PROFILE.item();
    SCOPE.len(1, 2).repeated(3, KEY_VALUE).varint(4);
    LOG_RECORD.fixed64(1, 11).varint(2, 7).len(3, 9, 10, 12).fixed32(8);
    LOG_RECORD.single(5, VALUE).repeated(6, KEY_VALUE).item();
    SPAN.len(1, 2, 3, 4, 5).varint(6, 10, 12, 14).fixed64(7, 8).fixed32(16);
    SPAN.repeated(9, KEY_VALUE).repeated(11, EVENT).repeated(13, LINK).single(15, STATUS).item();
    EVENT.fixed64(1).len(2).repeated(3, KEY_VALUE).varint(4);
    LINK.len(1, 2, 3).repeated(4, KEY_VALUE).varint(5).fixed32(6);
    STATUS.len(2).varint(3);
    METRIC.len(1, 2, 3).choice(5, GAUGE).choice(7, SUM).choice(9, HISTOGRAM);
    METRIC.choice(10, EXPONENTIAL_HISTOGRAM).choice(11, SUMMARY).repeated(12, KEY_VALUE);
    GAUGE.repeated(1, NUMBER_POINT);
    SUM.repeated(1, NUMBER_POINT).varint(2, 3);
    HISTOGRAM.repeated(1, HISTOGRAM_POINT).varint(2);
    EXPONENTIAL_HISTOGRAM.repeated(1, EXPONENTIAL_POINT).varint(2);
    SUMMARY.repeated(1, SUMMARY_POINT);
    NUMBER_POINT.repeated(7, KEY_VALUE).fixed64(2, 3, 4, 6).repeated(5, EXEMPLAR).varint(8).item();
    HISTOGRAM_POINT.repeated(9, KEY_VALUE).fixed64(2, 3, 4, 5, 11, 12).packed64(6, 7);
    HISTOGRAM_POINT.repeated(8, EXEMPLAR).varint(10).item();
    EXPONENTIAL_POINT.repeated(1, KEY_VALUE).fixed64(2, 3, 4, 5, 7, 12, 13, 14).varint(6, 10);
    EXPONENTIAL_POINT.single(8, BUCKETS).single(9, BUCKETS).repeated(11, EXEMPLAR).item();
    SUMMARY_POINT.repeated(7, KEY_VALUE).fixed64(2, 3, 4, 5).repeated(6, QUANTILE).varint(8).item();
    BUCKETS.varint(1).packedVarint(2);
    QUANTILE.fixed64(1, 2);
    EXEMPLAR.repeated(7, KEY_VALUE).fixed64(2, 3, 6).len(4, 5);
    KEY_VALUE.len(1).single(2, VALUE).varint(3);
    VALUE.choice(Wire.LEN, 1, 7).choice(Wire.VARINT, 2, 3, 8).choice(Wire.FIXED64, 4);
    VALUE.choice(5, ARRAY).choice(6, MAP);
    ARRAY.repeated(1, VALUE);
    MAP.repeated(1, KEY_VALUE);
    for (MessageType level :
        new MessageType[] {
          SCOPE_LOGS,
          SCOPE_SPANS,
          GAUGE,
          SUM,
          HISTOGRAM,
          EXPONENTIAL_HISTOGRAM,
          SUMMARY,
          METRIC,
          SCOPE_METRICS,
          SCOPE_PROFILES,
          RESOURCE_LOGS,
          RESOURCE_SPANS,
          RESOURCE_PROFILES,
          RESOURCE_METRICS
        }) {
      level.container = true;
    }
  }

  final String name;

  /** What to do with a field, by tag. */
  final byte[] roles = new byte[TAGS];

  /** The type of a message field, by tag. */
  final @Nullable MessageType[] children = new @Nullable MessageType[TAGS];

  /** Which of the fields that come once this is, as one bit; 0 for the others. */
  final int[] bits = new int[TAGS];

  /** Whether the field has the wire type it is declared with. */
  final boolean[] known = new boolean[TAGS];

  /** Whether messages of this type are counted. */
  boolean item;

  /** Whether messages of this type lead to items. */
  boolean container;

  private MessageType(String name) {
    this.name = name;
    Arrays.fill(roles, PLAIN);
  }

  /** The request message of a signal. */
  static MessageType request(Signal signal) {
    return switch (signal) {
      case LOGS -> LOGS_REQUEST;
      case METRICS -> METRICS_REQUEST;
      case TRACES -> TRACES_REQUEST;
      case PROFILES -> PROFILES_REQUEST;
    };
  }

  /** The type of the message in a field; null when the field holds none. */
  @Nullable MessageType child(int tag) {
    return tag < TAGS && tag > 0 ? children[tag] : null;
  }

  boolean knows(int tag) {
    return tag < TAGS && tag > 0 && known[tag];
  }

  private MessageType repeated(int field, MessageType type) {
    return message(field, type, REPEATED, 0);
  }

  private MessageType single(int field, MessageType type) {
    return message(field, type, SINGLE, 1 << field);
  }

  private MessageType choice(int field, MessageType type) {
    return message(field, type, CHOICE_MESSAGE, 1);
  }

  private void choiceField(int tag) {
    known[tag] = true;
    roles[tag] = CHOICE;
    bits[tag] = 1;
  }

  private MessageType choice(int wireType, int... fields) {
    for (int field : fields) {
      choiceField(Wire.tag(field, wireType));
    }
    return this;
  }

  private MessageType message(int field, MessageType type, byte role, int bit) {
    int tag = Wire.tag(field, Wire.LEN);
    known[tag] = true;
    roles[tag] = role;
    children[tag] = type;
    bits[tag] = bit;
    return this;
  }

  private MessageType packed64(int... fields) {
    fixed64(fields);
    return len(PACKED_FIXED64, fields);
  }

  private MessageType packedVarint(int field) {
    varint(field);
    return len(PACKED_VARINT, new int[] {field});
  }

  private MessageType len(byte role, int[] fields) {
    for (int field : fields) {
      roles[Wire.tag(field, Wire.LEN)] = role;
    }
    return len(fields);
  }

  private MessageType len(int... fields) {
    return plain(Wire.LEN, fields);
  }

  private MessageType varint(int... fields) {
    return plain(Wire.VARINT, fields);
  }

  private MessageType fixed64(int... fields) {
    return plain(Wire.FIXED64, fields);
  }

  private MessageType fixed32(int... fields) {
    return plain(Wire.FIXED32, fields);
  }

  private MessageType plain(int wireType, int... fields) {
    for (int field : fields) {
      known[Wire.tag(field, wireType)] = true;
    }
    return this;
  }

  private MessageType item() {
    item = true;
    return this;
  }

  @Override
  public String toString() {
    return name;
  }
}
