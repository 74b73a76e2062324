package io.millrace.demo.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that was found, where it was found.
 *
 * @param raw origins of the documents in the raw indices, one entry per document
 * @param kafka what each topic holds, by signal
 * @param late late origins, by aggregate
 * @param windows events counted, by aggregate and start of window (milliseconds since 1970)
 * @param dead Kafka records that the job could not decode
 * @param elasticsearchDeadLetters origins that Elasticsearch refused for ever
 * @param kafkaDeadLetters origins that Kafka refused for ever
 * @param drops origins that processors dropped
 */
record Accounts(
    List<Origin> raw,
    Map<String, KafkaReader.Content> kafka,
    Map<String, List<Origin>> late,
    Map<String, Map<Long, Long>> windows,
    long dead,
    List<Origin> elasticsearchDeadLetters,
    List<Origin> kafkaDeadLetters,
    List<Origin> drops) {

  static Accounts read(LedgerPlan plan) throws IOException, InterruptedException {
    List<Origin> raw = new ArrayList<>();
    Map<String, List<Origin>> late = new HashMap<>();
    Map<String, Map<Long, Long>> windows = new HashMap<>();
    long dead;
    try (ElasticsearchReader reader = new ElasticsearchReader(plan.elasticsearch())) {
      reader.forEach(
          plan.rawIndices(),
          List.of("origin"),
          (id, index, source) -> raw.add(SetAside.origin(source.path("origin"))));
      reader.forEach(
          plan.lateIndices(),
          List.of("aggregate", "origin"),
          (id, index, source) ->
              late.computeIfAbsent(source.path("aggregate").asText(), absent -> new ArrayList<>())
                  .add(SetAside.origin(source.path("origin"))));
      reader.forEach(
          plan.aggregateIndices(),
          List.of("aggregate", "window", "count"),
          (id, index, source) -> count(windows, source));
      dead = reader.forEach(plan.deadIndices(), List.of("reason"), (id, index, source) -> {});
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
        dead,
        SetAside.deadLetters(plan.stateDirectory(), "exporter-elasticsearch"),
        SetAside.deadLetters(plan.stateDirectory(), "exporter-kafka"),
        SetAside.drops(plan.stateDirectory()));
  }

  private static void count(Map<String, Map<Long, Long>> windows, JsonNode source) {
    long start = java.time.Instant.parse(source.at("/window/start").asText()).toEpochMilli();
    windows
        .computeIfAbsent(source.path("aggregate").asText(), absent -> new HashMap<>())
        .merge(start, source.path("count").asLong(), Long::sum);
  }
}
