package io.millrace.flink.document;

import io.millrace.api.telemetry.Origins;
import io.millrace.flink.aggregate.Partial;
import io.millrace.flink.config.AggregateDefinition;
import io.millrace.flink.source.TelemetryRecord;
import java.util.Base64;
import java.util.UUID;

/**
 * The documents of events that came after their window; see the layout in {@code
 * io.millrace.flink}.
 */
public final class LateDocuments {

  private LateDocuments() {}

  /**
   * What of one record is late for one aggregate.
   *
   * @param origins the origins of exactly those events, of one stream, at least one
   * @param timeMin the earliest of their times, milliseconds since the epoch
   * @param timeMax the latest of their times
   */
  public static Document of(
      IndexNames indices,
      AggregateDefinition definition,
      TelemetryRecord telemetry,
      Origins origins,
      long timeMin,
      long timeMax) {
    int last = origins.size() - 1;
    JsonText json = new JsonText();
    json.time("@timestamp", telemetry.timestamp())
        .field("aggregate", definition.name())
        .field("definition", definition.id().substring(definition.name().length() + 1))
        .field("signal", definition.signal().id())
        .field("count", origins.size())
        .field("_doc_count", origins.size())
        .beginObject("event_time")
        .time("min", timeMin)
        .time("max", timeMax)
        .endObject()
        .beginObject("origin")
        .field("stream", origins.stream(0))
        .field("start", origins.start(0))
        .field("end", origins.end(last))
        .field("sub", origins.sub(0))
        .endObject()
        .field("origins", Base64.getEncoder().encodeToString(origins.encode()))
        .beginObject("kafka")
        .field("topic", telemetry.topic())
        .field("partition", telemetry.partition())
        .field("offset", telemetry.offset())
        .endObject();
    return new Document(
        indices.late(telemetry.timestamp()),
        DocumentId.of(
            telemetry.topic(),
            Integer.toString(telemetry.partition()),
            Long.toString(telemetry.offset()),
            Integer.toString(telemetry.part()),
            definition.id()),
        origins.size(),
        json.toBytes());
  }

  /**
   * A partial result that found its window gone: {@code count} events of one group, without their
   * origins. Its id is made once and kept in the checkpoint with it.
   */
  public static Document ofPartial(
      IndexNames indices, AggregateDefinition definition, Partial partial) {
    long end = partial.windowStart() + definition.windowMillis() - 1;
    JsonText json = new JsonText();
    json.time("@timestamp", partial.windowStart())
        .field("aggregate", definition.name())
        .field("definition", definition.id().substring(definition.name().length() + 1))
        .field("signal", definition.signal().id())
        .field("count", partial.tally().count())
        .field("_doc_count", partial.tally().count())
        .beginObject("event_time")
        .time("min", partial.windowStart())
        .time("max", end)
        .endObject();
    AggregateDocuments.window(json, definition, partial.windowStart());
    AggregateDocuments.group(json, definition, partial.group());
    return new Document(
        indices.late(partial.windowStart()),
        UUID.randomUUID().toString(),
        partial.tally().count(),
        json.toBytes());
  }
}
