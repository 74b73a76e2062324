package io.millrace.demo.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.demo.JsonHttp;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Reads every document of some indices. One thread at a time. */
public final class ElasticsearchReader implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAGE = 2000;

  private final JsonHttp server;

  /** A reader of one server. */
  public ElasticsearchReader(String url) {
    this.server = new JsonHttp(url);
  }

  /** Is given one document. */
  public interface Visitor {
    /** Is given a document. */
    void document(String id, String index, JsonNode source);
  }

  /**
   * Visits every document; none when no index matches.
   *
   * @param fields the parts of the source to read
   * @return the number of documents
   */
  public long forEach(String indices, List<String> fields, Visitor visitor)
      throws IOException, InterruptedException {
    server.send(
        "POST", "/" + indices + "/_refresh?ignore_unavailable=true&allow_no_indices=true", "");
    String query =
        JSON.writeValueAsString(Map.of("size", PAGE, "_source", fields, "sort", List.of("_doc")));
    JsonNode page =
        server.send(
            "POST",
            "/" + indices + "/_search?scroll=1m&ignore_unavailable=true&allow_no_indices=true",
            query);
    long count = 0;
    while (true) {
      JsonNode failures = page.at("/_shards/failed");
      if (failures.asInt() > 0) {
        throw new IOException(indices + ": " + failures.asInt() + " shards failed to answer");
      }
      JsonNode hits = page.at("/hits/hits");
      for (JsonNode hit : hits) {
        visitor.document(hit.get("_id").asText(), hit.get("_index").asText(), hit.path("_source"));
        count++;
      }
      String scroll = page.path("_scroll_id").asText();
      if (hits.isEmpty()) {
        free(scroll);
        return count;
      }
      page =
          server.send(
              "POST", "/_search/scroll", "{\"scroll\":\"1m\",\"scroll_id\":\"" + scroll + "\"}");
    }
  }

  private void free(String scroll) throws InterruptedException {
    try {
      server.send("DELETE", "/_search/scroll", "{\"scroll_id\":\"" + scroll + "\"}");
    } catch (IOException alreadyFree) {
      // A scroll that has come to its end is often gone by itself; any other ends in a minute.
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
