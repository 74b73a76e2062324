package io.millrace.testkit.server;

import io.millrace.testkit.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An Elasticsearch node on its own. It is a reduced build: no {@code GET /}, no Painless, no ingest
 * pipelines, no lifecycle management, no API keys, some field types missing. As root it runs as
 * {@code nobody}, in directories of that user; then what nobody cannot read is copied for it.
 * Thread-safe, save that {@link #kill}, {@link #restart} and {@link #close} are called one after
 * the other.
 */
public final class ElasticsearchServer implements AutoCloseable {

  /** The user of a node with security. */
  public static final String USER = "elastic";

  private static final int MAX_STARTS = 5;
  private static final Duration START = Duration.ofMinutes(10);
  private static final Duration GRACE = Duration.ofSeconds(20);
  private static final Duration REQUEST = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PROBE = Duration.ofSeconds(2);

  private final ServerOptions options;
  private final @Nullable String password;
  private final ElasticsearchFiles files;
  private final HttpClient http;
  private List<Integer> ports;
  private @Nullable ServerProcess process;

  private ElasticsearchServer(
      ServerOptions options, @Nullable String password, ElasticsearchFiles files) {
    this.options = options;
    this.password = password;
    this.files = files;
    this.http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    this.ports = LoopbackPorts.free(2);
  }

  /** Starts a node without security; returns when it serves. */
  public static ElasticsearchServer start(ServerOptions options)
      throws IOException, InterruptedException {
    return start(options, null);
  }

  /**
   * Starts a node; returns when it serves.
   *
   * @param password turns security on, with this password of the user {@link #USER}; null for no
   *     security. The build lacks what API keys are stored with.
   */
  public static ElasticsearchServer start(ServerOptions options, @Nullable String password)
      throws IOException, InterruptedException {
    Path distribution = ServerHome.find().elasticsearchDistribution();
    ElasticsearchFiles files = ElasticsearchFiles.prepare(options, distribution);
    ElasticsearchServer server = new ElasticsearchServer(options, password, files);
    try {
      for (int starts = 1; ; starts++) {
        files.configure(options, server.settings());
        if (password != null) {
          files.storePassword(password);
        }
        ServerProcess started = server.launch();
        try {
          server.awaitReady(START);
          return server;
        } catch (IOException e) {
          if (starts == MAX_STARTS || !started.lostPort()) {
            throw e;
          }
          server.ports = LoopbackPorts.free(2);
        }
      }
    } catch (IOException | InterruptedException e) {
      server.close();
      throw e;
    }
  }

  /** {@code http://127.0.0.1:port}. */
  public String url() {
    return "http://127.0.0.1:" + port();
  }

  public int port() {
    return ports.get(0);
  }

  /** What the node prints. */
  public Path logFile() {
    return files.log();
  }

  /** The folder of {@code server.json}, the node's log as one JSON object a line. */
  public Path logDirectory() {
    return files.logs();
  }

  /** The id of the process, for those who measure or freeze it; 0 when it does not run. */
  public long pid() {
    return process == null ? 0 : process.pid();
  }

  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Kills the node with signal 9. */
  public void kill() {
    if (process != null) {
      process.kill();
    }
  }

  /** Ends the node if it runs, and starts it on the same data and ports. */
  public void restart() throws IOException, InterruptedException {
    stop();
    launch();
    awaitReady(START);
  }

  /**
   * Waits until the node serves.
   *
   * @throws IOException when it ends or the time is over; the message holds the end of its log
   */
  public void awaitReady(Duration max) throws IOException, InterruptedException {
    if (process == null) {
      throw new IOException("Elasticsearch: not started");
    }
    process.awaitReady(max, this::answers);
  }

  /** Answer of the node. */
  public record Response(int status, String body) {

    /** A value in the answer; see {@link Json#at}. */
    public @Nullable Object at(Object... path) {
      return Json.at(Json.parse(body), path);
    }
  }

  /**
   * Sends a request and takes any answer.
   *
   * @param path with its query, beginning with a slash
   * @param json the body; empty for none
   */
  public Response request(String method, String path, String json)
      throws IOException, InterruptedException {
    return send(method, path, json, REQUEST);
  }

  /**
   * Asks, and asks again while the node answers 503: an index that is just being made has no shard
   * yet.
   *
   * @return the last answer; 503 when it stays so
   */
  public Response search(String method, String path, String json)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + REQUEST.toNanos();
    Response response = request(method, path, json);
    while (response.status() == 503 && System.nanoTime() < deadline) {
      Thread.sleep(POLL);
      response = request(method, path, json);
    }
    return response;
  }

  /**
   * Number of documents of an index or pattern, after a refresh; 0 when there is none.
   *
   * @throws IOException when the node does not answer, or not so
   */
  public long count(String index) throws IOException, InterruptedException {
    String query = "?ignore_unavailable=true&allow_no_indices=true";
    request("POST", "/" + index + "/_refresh" + query, "");
    Response response = search("GET", "/" + index + "/_count" + query, "");
    if (response.at("count") instanceof Long count) {
      return count;
    }
    throw new IOException("Elasticsearch count of " + index + ": " + response);
  }

  /** Ends the node; its data stays where it stands in the directory given at start. */
  @Override
  public void close() throws IOException {
    stop();
    http.close();
    files.close();
  }

  private void stop() {
    if (process != null) {
      process.stop(GRACE);
    }
  }

  private ServerProcess launch() throws IOException {
    ServerProcess started =
        ServerProcess.start("Elasticsearch", files.command(), files.environment(), files.log());
    process = started;
    return started;
  }

  private Map<String, String> settings() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("cluster.name", "millrace");
    all.put("node.name", "node-1");
    all.put("path.data", files.home().resolve("data").toString());
    all.put("path.logs", files.home().resolve("logs").toString());
    all.put("network.host", "127.0.0.1");
    all.put("http.port", String.valueOf(ports.get(0)));
    all.put("transport.port", String.valueOf(ports.get(1)));
    all.put("discovery.type", "single-node");
    all.put("cluster.routing.allocation.disk.threshold_enabled", "false");
    all.put("xpack.security.enabled", String.valueOf(password != null));
    all.putAll(options.settings());
    return all;
  }

  private boolean answers() throws InterruptedException {
    try {
      String path = "/_cluster/health?wait_for_status=yellow&timeout=1s";
      return send("GET", path, "", PROBE).status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private Response send(String method, String path, String json, Duration max)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path)).timeout(max);
    request.method(method, HttpRequest.BodyPublishers.ofString(json));
    if (!json.isEmpty()) {
      request.header(
          "Content-Type", json.endsWith("\n") ? "application/x-ndjson" : "application/json");
    }
    if (password != null) {
      byte[] credentials = (USER + ":" + password).getBytes(StandardCharsets.UTF_8);
      request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials));
    }
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    return new Response(response.statusCode(), response.body());
  }
}
