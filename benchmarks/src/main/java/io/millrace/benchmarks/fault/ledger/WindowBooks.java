package io.millrace.benchmarks.fault.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.demo.JsonHttp;
import io.millrace.demo.ledger.ElasticsearchReader;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Windows in Elasticsearch, grouped by source, against the times of the pieces that were sent. One
 * thread at a time.
 */
public final class WindowBooks {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SHOWN = 5;

  private final String url;
  private final String prefix;
  private final int windowSeconds;

  /**
   * The windows of one job.
   *
   * @param prefix of its indices
   */
  public WindowBooks(String url, String prefix, int windowSeconds) {
    this.url = url;
    this.prefix = prefix;
    this.windowSeconds = windowSeconds;
  }

  /** Draws up the balance: lost is what windows lack, twice what they have too much. */
  public Books books(Obligations obligations) throws IOException, InterruptedException {
    Map<String, Long> expected = expected(obligations);
    Map<String, Long> found = new TreeMap<>();
    long[] late = new long[1];
    long refused;
    try (ElasticsearchReader reader = new ElasticsearchReader(url)) {
      reader.forEach(
          prefix + "-agg-*",
          List.of("window.start", "group", "count"),
          (id, index, source) ->
              found.merge(
                  key(
                      source.path("group").path("attributes.source").asText(),
                      Instant.parse(source.at("/window/start").asText()).getEpochSecond()),
                  source.path("count").asLong(),
                  Long::sum));
      reader.forEach(
          prefix + "-late-*",
          List.of("count"),
          (id, index, source) -> late[0] += source.path("count").asLong());
      refused =
          reader.forEach(prefix + "-undecodable-*", List.of("reason"), (id, index, source) -> {})
              + reader.forEach(
                  prefix + "-rejected-*", List.of("reason"), (id, index, source) -> {});
    }
    List<String> problems = new ArrayList<>();
    long lost = 0;
    long twice = 0;
    TreeSet<String> keys = new TreeSet<>(expected.keySet());
    keys.addAll(found.keySet());
    for (String key : keys) {
      long want = expected.getOrDefault(key, 0L);
      long have = found.getOrDefault(key, 0L);
      lost += Math.max(0, want - have);
      twice += Math.max(0, have - want);
      if (want != have && problems.size() < SHOWN) {
        problems.add("windows: " + key + " counts " + have + " (expected: " + want + ")");
      }
    }
    // What is late stands in an index of its own instead, as the contract has it.
    boolean allLate = twice == 0 && lost == late[0];
    if (allLate) {
      problems.clear();
    }
    if (refused > 0) {
      problems.add("windows: " + refused + " documents undecodable or rejected");
    }
    long owed = expected.values().stream().mapToLong(Long::longValue).sum();
    return new Books(
        "windows", owed, allLate ? 0 : lost, refused, twice, allLate ? late[0] : 0, problems);
  }

  private Map<String, Long> expected(Obligations obligations) {
    Map<String, Long> expected = new TreeMap<>();
    obligations
        .happenedBySecond()
        .forEach(
            (source, seconds) ->
                seconds.forEach(
                    (second, count) ->
                        expected.merge(
                            key(source, second - Math.floorMod(second, windowSeconds)),
                            count,
                            Long::sum)));
    return expected;
  }

  private static String key(String source, long start) {
    return source + " from " + Instant.ofEpochSecond(start);
  }

  /** Does windows wrong, one in each way. */
  public void spoil(Set<Spoil> ways) throws IOException, InterruptedException {
    try (JsonHttp http = new JsonHttp(url)) {
      String query = "{\"size\":" + Spoil.values().length + "}";
      JsonNode hits = http.send("POST", "/" + prefix + "-agg-*/_search", query).at("/hits/hits");
      int next = 0;
      for (Spoil how : ways) {
        JsonNode hit = hits.path(next);
        next++;
        ObjectNode source = hit.path("_source").deepCopy();
        long count = source.path("count").asLong();
        source.put(
            "count",
            switch (how) {
              case LOST -> count - 1;
              case DOUBLED -> count + 1;
              case ALTERED -> count * 2 + 7;
            });
        http.send(
            "PUT",
            "/"
                + hit.path("_index").asText()
                + "/_doc/"
                + hit.path("_id").asText()
                + "?refresh=true",
            JSON.writeValueAsString(source));
      }
    }
  }
}
