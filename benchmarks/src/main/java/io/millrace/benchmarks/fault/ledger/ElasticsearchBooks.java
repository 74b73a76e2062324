package io.millrace.benchmarks.fault.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.demo.JsonHttp;
import io.millrace.demo.ledger.ElasticsearchReader;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** What stands in an index of Elasticsearch. One thread at a time. */
public final class ElasticsearchBooks {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int MAX_ATTEMPTS = 120;
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final String url;
  private final String index;

  /**
   * The books of an index.
   *
   * @param url of the server itself, not of a proxy
   */
  public ElasticsearchBooks(String url, String index) {
    this.url = url;
    this.index = index;
  }

  /**
   * Reads every document.
   *
   * @throws IOException when it fails for a minute: a node that starts, or a shard that is being
   *     made, does not answer
   */
  public Sightings read() throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return readOnce();
      } catch (IOException e) {
        if (attempt == MAX_ATTEMPTS) {
          throw e;
        }
        Thread.sleep(PAUSE);
      }
    }
  }

  private Sightings readOnce() throws IOException, InterruptedException {
    Sightings sightings = new Sightings();
    try (ElasticsearchReader reader = new ElasticsearchReader(url)) {
      reader.forEach(
          index,
          List.of("body.text"),
          (id, name, source) -> sightings.add(source.at("/body/text").asText(), id));
    }
    return sightings;
  }

  /** Does documents wrong, one in each way. */
  public void spoil(Set<Spoil> ways) throws IOException, InterruptedException {
    try (JsonHttp http = new JsonHttp(url)) {
      String query = "{\"size\":" + Spoil.values().length + "}";
      JsonNode hits = http.send("POST", "/" + index + "/_search", query).at("/hits/hits");
      int next = 0;
      for (Spoil how : ways) {
        spoil(http, hits.path(next), how);
        next++;
      }
    }
  }

  private static void spoil(JsonHttp http, JsonNode hit, Spoil how)
      throws IOException, InterruptedException {
    String folder = "/" + hit.path("_index").asText() + "/_doc/";
    String document = folder + hit.path("_id").asText() + "?refresh=true";
    ObjectNode source = hit.path("_source").deepCopy();
    switch (how) {
      case LOST -> http.send("DELETE", document, "");
      case DOUBLED ->
          http.send("PUT", folder + "spoiled?refresh=true", JSON.writeValueAsString(source));
      case ALTERED -> {
        source.withObject("/body").put("text", altered(source.at("/body/text").asText()));
        http.send("PUT", document, JSON.writeValueAsString(source));
      }
    }
  }

  /** Another letter in the middle. */
  static String altered(String text) {
    int middle = text.length() / 2;
    char other = text.charAt(middle) == 'x' ? 'y' : 'x';
    return text.substring(0, middle) + other + text.substring(middle + 1);
  }
}
