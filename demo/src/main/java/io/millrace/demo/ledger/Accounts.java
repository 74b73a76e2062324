package io.millrace.demo.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.api.telemetry.Origins;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything that was found, where it was found.
 *
 * @param raw origins of the documents in the raw indices, one entry per document
 * @param kafka what each topic holds, by signal
 * @param late late origins, by aggregate
 * @param windows events counted, by aggregate and start of window (milliseconds since 1970)
 * @param undecodable Kafka records that the job could not decode
 * @param rejected documents of the job that Elasticsearch refused for ever
 * @param elasticsearchDeadLetters origins that Elasticsearch refused for ever
 * @param kafkaDeadLetters origins that Kafka refused for ever
 * @param drops origins that processors dropped
 */
record Accounts(
    List<Origin> raw,
    Map<String, KafkaReader.Content> kafka,
    Map<String, List<Origin>> late,
    Map<String, Map<Long, Long>> windows,
    long undecodable,
    long rejected,
    List<Origin> elasticsearchDeadLetters,
    List<Origin> kafkaDeadLetters,
    List<Origin> drops) {

  static Accounts read(LedgerPlan plan) throws IOException, InterruptedException {
    List<Origin> raw = new ArrayList<>();
    Map<String, List<Origin>> late = new HashMap<>();
    Map<String, Map<Long, Long>> windows = new HashMap<>();
    Set<String> undecodable = new HashSet<>();
    long rejected;
    try (ElasticsearchReader reader = new ElasticsearchReader(plan.elasticsearch())) {
      reader.forEach(
          plan.rawIndices(),
          List.of("origin"),
          (id, index, source) -> raw.add(SetAside.origin(source.path("origin"))));
      reader.forEach(
          plan.lateIndices(),
          List.of("aggregate", "origins"),
          (id, index, source) ->
              late.computeIfAbsent(source.path("aggregate").asText(), absent -> new ArrayList<>())
                  .addAll(origins(source.path("origins").asText())));
      reader.forEach(
          plan.aggregateIndices(),
          List.of("aggregate", "window", "count"),
          (id, index, source) -> count(windows, source));
      reader.forEach(
          plan.undecodableIndices(),
          List.of("kafka"),
          (id, index, source) -> undecodable.add(source.path("kafka").toString()));
      rejected =
          reader.forEach(plan.rejectedIndices(), List.of("reason"), (id, index, source) -> {});
    }
    Map<String, KafkaReader.Content> kafka = new LinkedHashMap<>();
    KafkaReader reader = new KafkaReader(plan.kafka());
    for (LedgerPlan.Topic topic : plan.topics()) {
      kafka.put(topic.signal(), reader.read(topic));
    }
    return new Accounts(
        raw,
        kafka,
        late,
        windows,
        undecodable.size(),
        rejected,
        SetAside.deadLetters(plan.stateDirectory(), "exporter-elasticsearch"),
        SetAside.deadLetters(plan.stateDirectory(), "exporter-kafka"),
        SetAside.drops(plan.stateDirectory()));
  }

  /** The origins in a base64 text of {@link Origins#encode}. */
  private static List<Origin> origins(String base64) {
    try {
      Origins decoded = Origins.decode(Base64.getDecoder().decode(base64));
      List<Origin> origins = new ArrayList<>(decoded.size());
      for (int i = 0; i < decoded.size(); i++) {
        origins.add(
            new Origin(decoded.stream(i), decoded.start(i), decoded.end(i), decoded.sub(i)));
      }
      return origins;
    } catch (MalformedTelemetryException e) {
      throw new IllegalArgumentException("origins of a late document: " + base64, e);
    }
  }

  private static void count(Map<String, Map<Long, Long>> windows, JsonNode source) {
    long start = Instant.parse(source.at("/window/start").asText()).toEpochMilli();
    windows
        .computeIfAbsent(source.path("aggregate").asText(), absent -> new HashMap<>())
        .merge(start, source.path("count").asLong(), Long::sum);
  }
}
