package io.millrace.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.telemetry.Origins;
import io.millrace.testkit.Json;
import io.millrace.testkit.server.ElasticsearchServer;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Reads what the job wrote. */
final class Results {

  private final ElasticsearchServer elasticsearch;
  private final String prefix;

  Results(ElasticsearchServer elasticsearch, String prefix) {
    this.elasticsearch = elasticsearch;
    this.prefix = prefix;
  }

  /** Events in windows of an aggregate. */
  long counted(String aggregate) throws Exception {
    return sum("agg-" + aggregate + "-*", "{\"match_all\":{}}");
  }

  /** Events in windows of an aggregate to which nothing can be added any more. */
  long countedForGood(String aggregate) throws Exception {
    return sum("agg-" + aggregate + "-*", "{\"term\":{\"final\":true}}");
  }

  /** Events that were late for an aggregate. */
  long late(String aggregate) throws Exception {
    return sum("late-*", "{\"term\":{\"aggregate\":\"" + aggregate + "\"}}");
  }

  /** Kafka records that could not be read. */
  long undecodable() throws Exception {
    return elasticsearch.count(prefix + "-undecodable-*");
  }

  /** Documents that were refused. */
  long rejected() throws Exception {
    return elasticsearch.count(prefix + "-rejected-*");
  }

  /** Events in windows by {@code service|severity}. */
  Map<String, Long> byGroup(String aggregate) throws Exception {
    TreeMap<String, Long> groups = new TreeMap<>();
    for (Object source : sources("agg-" + aggregate + "-*")) {
      groups.merge(group(source), number(Json.at(source, "count")).longValue(), Long::sum);
    }
    return groups;
  }

  /** Sums of the field {@code ms} by {@code service|severity}. */
  Map<String, Long> valuesByGroup(String aggregate) throws Exception {
    Map<String, Long> groups = new HashMap<>();
    for (Object source : sources("agg-" + aggregate + "-*")) {
      Object sum = Json.at(source, "fields", "ms", "sum");
      groups.merge(group(source), number(sum).longValue(), Long::sum);
    }
    return groups;
  }

  /** The origins of late events of an aggregate; fails when one stands twice. */
  Set<String> lateOrigins(String aggregate) throws Exception {
    Set<String> origins = new HashSet<>();
    for (Object source : sources("late-*")) {
      if (aggregate.equals(Json.at(source, "aggregate"))) {
        Origins run =
            Origins.decode(Base64.getDecoder().decode(String.valueOf(Json.at(source, "origins"))));
        assertThat(number(Json.at(source, "count")).intValue()).isEqualTo(run.size());
        for (int i = 0; i < run.size(); i++) {
          assertThat(origins.add(run.stream(i) + "/" + run.start(i) + "/" + run.sub(i))).isTrue();
        }
      }
    }
    return origins;
  }

  /** Versions of all documents of an aggregate by id. */
  Map<String, Object> documents(String aggregate) throws Exception {
    Map<String, Object> documents = new TreeMap<>();
    for (Object hit : hits("agg-" + aggregate + "-*")) {
      documents.put(
          String.valueOf(Json.at(hit, "_id")), Objects.requireNonNull(Json.at(hit, "_source")));
    }
    return documents;
  }

  /** Waits until a number is as expected. */
  static void await(Duration max, long expected, Callable<Long> actual) throws Exception {
    long deadline = System.nanoTime() + max.toNanos();
    long last = actual.call();
    while (last != expected && System.nanoTime() < deadline) {
      Thread.sleep(250);
      last = actual.call();
    }
    assertThat(last).isEqualTo(expected);
  }

  private long sum(String indices, String query) throws Exception {
    refresh(indices);
    ElasticsearchServer.Response response =
        elasticsearch.search(
            "POST",
            "/" + prefix + "-" + indices + "/_search?size=0&allow_no_indices=true",
            "{\"query\":" + query + ",\"aggs\":{\"n\":{\"sum\":{\"field\":\"count\"}}}}");
    assertThat(response.status()).as(response.body()).isEqualTo(200);
    Object value = response.at("aggregations", "n", "value");
    return value == null ? 0 : number(value).longValue();
  }

  private List<Object> sources(String indices) throws Exception {
    return hits(indices).stream().map(hit -> Json.at(hit, "_source")).toList();
  }

  @SuppressWarnings("unchecked")
  private List<Object> hits(String indices) throws Exception {
    refresh(indices);
    ElasticsearchServer.Response response =
        elasticsearch.search(
            "POST",
            "/" + prefix + "-" + indices + "/_search?size=10000&allow_no_indices=true",
            "{\"query\":{\"match_all\":{}},\"track_total_hits\":true}");
    List<Object> hits =
        (List<Object>) Objects.requireNonNull(response.at("hits", "hits"), response.body());
    assertThat(number(response.at("hits", "total", "value")).intValue()).isEqualTo(hits.size());
    return hits;
  }

  private void refresh(String indices) throws Exception {
    ElasticsearchServer.Response response =
        elasticsearch.request(
            "POST", "/" + prefix + "-" + indices + "/_refresh?allow_no_indices=true", "");
    assertThat(response.at("_shards", "failed")).as(response.body()).isEqualTo(0L);
  }

  private static String group(Object source) {
    return Json.at(source, "group", "resource.attributes.service.name")
        + "|"
        + Json.at(source, "group", "severity");
  }

  private static Number number(@Nullable Object value) {
    assertThat(value).isInstanceOf(Number.class);
    return (Number) Objects.requireNonNull(value);
  }
}
