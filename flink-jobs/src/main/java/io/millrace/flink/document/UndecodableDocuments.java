package io.millrace.flink.document;

import io.millrace.flink.source.TelemetryRecord;
import java.util.Arrays;
import java.util.Base64;

/**
 * The documents of Kafka records that cannot be read; see the layout in {@code io.millrace.flink}.
 */
public final class UndecodableDocuments {

  /** What of a record is kept; a record that is larger is cut, Kafka has the rest. */
  static final int MAX_BYTES = 2 << 20;

  private UndecodableDocuments() {}

  /** The document of a record. */
  public static Document of(IndexNames indices, TelemetryRecord telemetry, String reason) {
    byte[] value = telemetry.value();
    boolean cut = value.length > MAX_BYTES;
    JsonText json = new JsonText();
    json.time("@timestamp", telemetry.timestamp())
        .field("signal", telemetry.signal().id())
        .field("reason", reason)
        .beginObject("kafka")
        .field("topic", telemetry.topic())
        .field("partition", telemetry.partition())
        .field("offset", telemetry.offset())
        .endObject()
        .field("part", telemetry.part())
        .field("size", value.length)
        .field("truncated", cut)
        .field(
            "bytes",
            Base64.getEncoder().encodeToString(cut ? Arrays.copyOf(value, MAX_BYTES) : value));
    return new Document(
        indices.undecodable(telemetry.timestamp()),
        DocumentId.of(
            telemetry.topic(),
            Integer.toString(telemetry.partition()),
            Long.toString(telemetry.offset()),
            Integer.toString(telemetry.part())),
        1,
        json.toBytes());
  }
}
