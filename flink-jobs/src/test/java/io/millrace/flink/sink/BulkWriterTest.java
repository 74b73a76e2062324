package io.millrace.flink.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import com.sun.net.httpserver.HttpServer;
import io.millrace.flink.document.Document;
import io.millrace.flink.document.IndexNames;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers that a real Elasticsearch does not give on demand, from a server of our own. */
class BulkWriterTest {

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> contentTypes = new CopyOnWriteArrayList<>();
  private final BulkCounters counters = new BulkCounters(new UnregisteredMetricsGroup());
  private HttpServer server;
  private ElasticsearchAsyncClient client;
  private BulkWriter writer;
  private volatile UnaryOperator<String> answer = body -> "200 " + items(body, "201");

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          requests.add(body);
          contentTypes.add(exchange.getRequestHeaders().getFirst("Content-Type"));
          String reply = answer.apply(body);
          byte[] bytes = reply.substring(4).getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("X-Elastic-Product", "Elasticsearch");
          exchange
              .getResponseHeaders()
              .set("Content-Type", "application/vnd.elasticsearch+json;compatible-with=8");
          int status = Integer.parseInt(reply.substring(0, 3));
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    client =
        Connection.open(
            new ElasticsearchSettings(
                List.of("http://127.0.0.1:" + server.getAddress().getPort()),
                null,
                null,
                null,
                null));
    writer = new BulkWriter(client, new IndexNames("m"), counters);
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.stop(0);
  }

  @Test
  void writesIdsAndExternalVersionsInTheSharedDialect() throws Exception {
    assertThat(write(document("a", 7))).isEmpty();
    assertThat(requests.get(0))
        .contains("\"_id\":\"a\"", "\"version\":7", "\"version_type\":\"external_gte\"")
        .endsWith("{\"x\":1}\n");
    assertThat(contentTypes.get(0)).contains("compatible-with=8");
    assertThat(counters.written).hasValue(1);
  }

  @Test
  void takesAConflictAsSuccess() throws Exception {
    answer = body -> "200 " + items(body, "409");
    assertThat(write(document("a", 1))).isEmpty();
    assertThat(counters.superseded).hasValue(1);
  }

  @Test
  void triesAgainOnlyWhatCanPass() throws Exception {
    answer = body -> "200 " + items(body, "201", "429", "503", "409");
    List<Document> again =
        write(document("a", 1), document("b", 1), document("c", 1), document("d", 1));
    assertThat(again).extracting(Document::id).containsExactly("b", "c");
    assertThat(counters.retried).hasValue(2);
  }

  @Test
  void sendsWhatIsRefusedForGoodToTheRejected() throws Exception {
    answer = body -> "200 " + items(body, "400", "201");
    List<Document> again = write(document("a", 5), document("b", 1));
    assertThat(again).hasSize(1);
    assertThat(again.get(0).index()).isEqualTo("m-rejected-2026.01.01");
    assertThat(again.get(0).version()).isEqualTo(5);
    assertThat(new String(again.get(0).source(), StandardCharsets.UTF_8))
        .contains(
            "\"status\":400",
            "\"reason\":\"mapper_parsing_exception: bad field\"",
            "\"rejected\":{\"index\":\"m-agg-x-2026.01.01\",\"id\":\"a\",\"version\":5}",
            "\"document\":{\"x\":1}}");
    assertThat(counters.rejected).hasValue(1);

    answer = body -> "200 " + items(body, "400");
    assertThat(write(again.get(0))).isEmpty();
    assertThat(counters.lost).hasValue(1);
  }

  @Test
  void halvesWhatIsTooLargeDownToTheDocumentToBlame() throws Exception {
    answer =
        body -> body.contains("\"c\"") && body.length() > 0 ? "413 " : "200 " + items(body, "201");
    List<Document> again =
        write(document("a", 1), document("b", 1), document("c", 1), document("d", 1));
    assertThat(again)
        .singleElement()
        .satisfies(letter -> assertThat(letter.index()).isEqualTo("m-rejected-2026.01.01"));
    assertThat(counters.written).hasValue(3);
    assertThat(counters.rejected).hasValue(1);
  }

  @Test
  void failsAsAWholeWhenElasticsearchIsAwayOrRefusesTheUser() {
    for (String status : List.of("429 {}", "503 away", "401 {}", "500 {}")) {
      answer = body -> status;
      assertThatThrownBy(() -> write(document("a", 1))).isNotNull();
    }
    server.stop(0);
    assertThatThrownBy(() -> write(document("a", 1))).isNotNull();
    assertThat(counters.rejected).hasValue(0);
    assertThat(counters.written).hasValue(0);
  }

  @Test
  void installsTemplatesThatAreJson() throws Exception {
    answer = body -> "200 {\"acknowledged\":true}";
    IndexTemplates.install(client, "m").get(10, TimeUnit.SECONDS);
    assertThat(requests)
        .hasSize(4)
        .allMatch(body -> body.contains("\"dynamic\":\"strict\""))
        .anyMatch(body -> body.contains("m-agg-*"))
        .anyMatch(body -> body.contains("m-late-*"))
        .anyMatch(body -> body.contains("m-undecodable-*"))
        .anyMatch(body -> body.contains("m-rejected-*"));
  }

  private List<Document> write(Document... documents) throws Exception {
    return writer.write(List.of(documents)).get(10, TimeUnit.SECONDS);
  }

  private static Document document(String id, long version) {
    return new Document(
        "m-agg-x-2026.01.01", id, version, "{\"x\":1}".getBytes(StandardCharsets.UTF_8));
  }

  private static String items(String body, String... statuses) {
    List<String> items = new ArrayList<>();
    long documents = body.lines().filter(line -> line.startsWith("{\"index\"")).count();
    for (int i = 0; i < documents; i++) {
      String status = statuses[i % statuses.length];
      items.add(
          "{\"index\":{\"_index\":\"i\",\"_id\":\"d\",\"status\":"
              + status
              + (status.startsWith("2")
                  ? ",\"result\":\"created\""
                  : ",\"error\":{\"type\":\"mapper_parsing_exception\",\"reason\":\"bad field\"}")
              + "}}");
    }
    return "{\"took\":1,\"errors\":true,\"items\":[" + String.join(",", items) + "]}";
  }
}
