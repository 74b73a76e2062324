package io.millrace.flink.sink;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The composable index templates of the job's indices: strict on top, so that a wrong document is
 * refused instead of bending the mapping. Written again at every start; that changes nothing when
 * they are there.
 */
final class IndexTemplates {

  private static final int PRIORITY = 300;

  private static final String KEYWORD = "{\"type\":\"keyword\",\"ignore_above\":1024}";
  private static final String DATE = "{\"type\":\"date\"}";
  private static final String LONG = "{\"type\":\"long\"}";
  private static final String DOUBLE = "{\"type\":\"double\"}";
  private static final String BOOLEAN = "{\"type\":\"boolean\"}";
  private static final String OPAQUE = "{\"type\":\"object\",\"enabled\":false}";
  private static final String FLATTENED = "{\"type\":\"flattened\",\"ignore_above\":1024}";
  private static final String UNSEARCHED =
      "{\"type\":\"keyword\",\"index\":false,\"doc_values\":false}";
  private static final String WINDOW = object("start", DATE, "end", DATE, "seconds", DOUBLE);
  private static final String KAFKA = object("topic", KEYWORD, "partition", LONG, "offset", LONG);

  private IndexTemplates() {}

  /** Writes all templates. Fails when Elasticsearch does not take one of them. */
  static CompletableFuture<Void> install(ElasticsearchAsyncClient client, String prefix) {
    CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
    for (Map.Entry<String, String> template : all(prefix).entrySet()) {
      done =
          done.thenCompose(
                  nothing ->
                      client
                          .indices()
                          .putIndexTemplate(
                              request ->
                                  request
                                      .name(template.getKey())
                                      .withJson(new StringReader(template.getValue()))))
              .thenApply(response -> null);
    }
    return done;
  }

  /** Name and body of each template. */
  static Map<String, String> all(String prefix) {
    Map<String, String> templates = new LinkedHashMap<>();
    templates.put(
        prefix + "-agg",
        template(
            prefix + "-agg-*",
            object(
                "@timestamp", DATE,
                "aggregate", KEYWORD,
                "definition", KEYWORD,
                "signal", KEYWORD,
                "window", WINDOW,
                "final", BOOLEAN,
                "other", BOOLEAN,
                "group", FLATTENED,
                "count", LONG,
                "clamped", LONG,
                "errors", LONG,
                "error_ratio", DOUBLE,
                "rate", DOUBLE,
                "fields", "{\"type\":\"object\",\"dynamic\":true}")));
    templates.put(
        prefix + "-late",
        template(
            prefix + "-late-*",
            object(
                "@timestamp", DATE,
                "aggregate", KEYWORD,
                "definition", KEYWORD,
                "signal", KEYWORD,
                "count", LONG,
                "event_time", object("min", DATE, "max", DATE),
                "origin", object("stream", KEYWORD, "start", LONG, "end", LONG, "sub", LONG),
                "origins", UNSEARCHED,
                "kafka", KAFKA,
                "window", WINDOW,
                "group", FLATTENED)));
    templates.put(
        prefix + "-undecodable",
        template(
            prefix + "-undecodable-*",
            object(
                "@timestamp", DATE,
                "signal", KEYWORD,
                "reason", KEYWORD,
                "kafka", KAFKA,
                "part", LONG,
                "size", LONG,
                "truncated", BOOLEAN,
                "bytes", UNSEARCHED)));
    templates.put(
        prefix + "-rejected",
        template(
            prefix + "-rejected-*",
            object(
                "@timestamp", DATE,
                "status", LONG,
                "reason", KEYWORD,
                "rejected", object("index", KEYWORD, "id", KEYWORD, "version", LONG),
                "document", OPAQUE)));
    return templates;
  }

  private static String template(String pattern, String mapping) {
    return "{\"index_patterns\":[\""
        + pattern
        + "\"],\"priority\":"
        + PRIORITY
        + ",\"_meta\":{\"owner\":\"millrace\",\"schema_version\":1},\"template\":{\"settings\":{"
        + "\"number_of_shards\":1,\"auto_expand_replicas\":\"0-1\",\"refresh_interval\":\"5s\","
        + "\"codec\":\"best_compression\"},\"mappings\":{\"dynamic\":\"strict\","
        + "\"dynamic_templates\":[{\"doubles\":{\"match_mapping_type\":\"double\","
        + "\"mapping\":{\"type\":\"double\"}}}],"
        + mapping.substring(1)
        + "}}";
  }

  private static String object(String... namesAndTypes) {
    StringBuilder json = new StringBuilder("{\"properties\":{");
    for (int i = 0; i < namesAndTypes.length; i += 2) {
      json.append(i == 0 ? "\"" : ",\"")
          .append(namesAndTypes[i])
          .append("\":")
          .append(namesAndTypes[i + 1]);
    }
    return json.append("}}").toString();
  }
}
