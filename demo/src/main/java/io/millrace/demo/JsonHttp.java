package io.millrace.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** A server that speaks JSON over HTTP. Thread-safe. */
public final class JsonHttp implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SHOWN = 160;

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final String url;

  /**
   * A client of one server.
   *
   * @param url base URL without a slash at the end
   */
  public JsonHttp(String url) {
    this.url = url;
  }

  public String url() {
    return url;
  }

  /** The answer to GET. */
  public JsonNode get(String path) throws IOException, InterruptedException {
    return send("GET", path, "");
  }

  /**
   * Sends a request with a JSON body.
   *
   * @throws IOException when there is no answer or its status is not 2xx; the message holds it and
   *     the beginning of the answer
   */
  public JsonNode send(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/json")
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() / 100 != 2) {
      throw new IOException(
          method + " " + url + path + ": " + response.statusCode() + " " + beginning(response));
    }
    return JSON.readTree(response.body());
  }

  private static String beginning(HttpResponse<String> response) {
    String body = response.body().strip();
    return body.length() <= SHOWN ? body : body.substring(0, SHOWN) + "...";
  }

  /** The answer to GET as text. */
  public String text(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(5)).build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() / 100 != 2) {
      throw new IOException("GET " + url + path + ": " + response.statusCode());
    }
    return response.body();
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
