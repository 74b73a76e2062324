package io.millrace.testkit.server;

import io.millrace.testkit.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The calls of Flink's REST interface that the testkit needs. Thread-safe. */
final class FlinkRest implements AutoCloseable {
  private static final Set<String> ENDED = Set.of("FINISHED", "FAILED", "CANCELED");
  private static final Duration REQUEST = Duration.ofMinutes(1);
  private static final Duration PROBE = Duration.ofSeconds(2);
  private static final Duration SAVEPOINT = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(100);

  private final String url;
  private final HttpClient http;

  FlinkRest(int port) {
    this.url = "http://127.0.0.1:" + port;
    this.http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  String url() {
    return url;
  }

  /** Ids of the registered TaskManagers; empty when the JobManager does not answer. */
  Optional<List<String>> taskManagers() throws InterruptedException {
    try {
      Object answer = send("GET", "/taskmanagers", BodyPublishers.noBody(), "", PROBE);
      List<String> ids = new ArrayList<>();
      if (Json.at(answer, "taskmanagers") instanceof List<?> list) {
        list.forEach(one -> ids.add(String.valueOf(Json.at(one, "id"))));
      }
      return Optional.of(ids);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Uploads a jar; returns the name under which the cluster has it. */
  String upload(Path jar) throws IOException, InterruptedException {
    String boundary = "millrace-testkit-boundary";
    String head =
        "--"
            + boundary
            + "\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\""
            + jar.getFileName()
            + "\"\r\nContent-Type: application/java-archive\r\n\r\n";
    BodyPublisher body =
        BodyPublishers.concat(
            BodyPublishers.ofString(head),
            BodyPublishers.ofFile(jar),
            BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"));
    String type = "multipart/form-data; boundary=" + boundary;
    String file = text(send("POST", "/jars/upload", body, type, REQUEST), "filename");
    return file.substring(file.lastIndexOf('/') + 1);
  }

  /** Runs a job of an uploaded jar; returns its id. */
  String run(String jar, String mainClass, List<String> arguments, @Nullable String savepoint)
      throws IOException, InterruptedException {
    String list = arguments.stream().map(Json::quote).collect(Collectors.joining(",", "[", "]"));
    String from = savepoint == null ? "" : ",\"savepointPath\":" + Json.quote(savepoint);
    String body =
        "{\"entryClass\":" + Json.quote(mainClass) + ",\"programArgsList\":" + list + from + "}";
    return text(post("/jars/" + jar + "/run", body), "jobid");
  }

  String jobState(String jobId) throws IOException, InterruptedException {
    return text(get("/jobs/" + jobId), "state");
  }

  void awaitJobState(String jobId, String state, Duration max)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + max.toNanos();
    for (String now = jobState(jobId); !now.equals(state); now = jobState(jobId)) {
      if (ENDED.contains(now) || System.nanoTime() - deadline > 0) {
        Object exceptions = get("/jobs/" + jobId + "/exceptions");
        throw new IOException(
            "Flink job " + jobId + ": " + now + " (expected: " + state + "); " + exceptions);
      }
      Thread.sleep(POLL);
    }
  }

  void cancel(String jobId) throws IOException, InterruptedException {
    send("PATCH", "/jobs/" + jobId + "?mode=cancel", BodyPublishers.noBody(), "", REQUEST);
    awaitJobState(jobId, "CANCELED", REQUEST);
  }

  /** Triggers a savepoint in one of its forms and waits for it; returns its path. */
  String trigger(String jobId, String form, String body) throws IOException, InterruptedException {
    String request = text(post("/jobs/" + jobId + "/" + form, body), "request-id");
    long deadline = System.nanoTime() + SAVEPOINT.toNanos();
    while (true) {
      Object answer = get("/jobs/" + jobId + "/savepoints/" + request);
      if ("COMPLETED".equals(Json.at(answer, "status", "id"))) {
        if (Json.at(answer, "operation", "location") instanceof String location) {
          return location;
        }
        throw new IOException("Flink savepoint of job " + jobId + ": " + answer);
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("Flink savepoint of job " + jobId + ": not done after " + SAVEPOINT);
      }
      Thread.sleep(POLL);
    }
  }

  @Override
  public void close() {
    http.close();
  }

  private @Nullable Object get(String path) throws IOException, InterruptedException {
    return send("GET", path, BodyPublishers.noBody(), "", REQUEST);
  }

  private @Nullable Object post(String path, String json) throws IOException, InterruptedException {
    return send("POST", path, BodyPublishers.ofString(json), "application/json", REQUEST);
  }

  private @Nullable Object send(
      String method, String path, BodyPublisher body, String type, Duration max)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path)).timeout(max);
    request.method(method, body);
    if (!type.isEmpty()) {
      request.header("Content-Type", type);
    }
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    if (response.statusCode() >= 300) {
      throw new IOException(
          "Flink " + method + " " + path + ": " + response.statusCode() + " " + response.body());
    }
    return response.body().isEmpty() ? null : Json.parse(response.body());
  }

  private static String text(@Nullable Object answer, String key) throws IOException {
    if (Json.at(answer, key) instanceof String text) {
      return text;
    }
    throw new IOException("Flink: no " + key + " in " + answer);
  }
}
