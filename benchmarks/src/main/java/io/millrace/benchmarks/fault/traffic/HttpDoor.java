package io.millrace.benchmarks.fault.traffic;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** OTLP over HTTP. Thread-safe. */
public final class HttpDoor implements OtlpDoor {
  private static final Duration PATIENCE = Duration.ofSeconds(12);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final URI uri;

  public HttpDoor(int port) {
    this.uri = URI.create("http://127.0.0.1:" + port + "/v1/logs");
  }

  @Override
  public Answer send(byte[] request) throws InterruptedException {
    HttpResponse<byte[]> response;
    try {
      response =
          client.send(
              HttpRequest.newBuilder(uri)
                  .timeout(PATIENCE)
                  .header("Content-Type", "application/x-protobuf")
                  .POST(HttpRequest.BodyPublishers.ofByteArray(request))
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      return new Answer(Meaning.UNKNOWN, "no HTTP answer", Duration.ZERO);
    }
    String kind = "HTTP " + response.statusCode();
    if (response.statusCode() == 200) {
      // A partial success says what was rejected; nothing else is answered with a body.
      return response.body().length == 0
          ? new Answer(Meaning.TAKEN, kind, Duration.ZERO)
          : new Answer(Meaning.NEVER, kind + " with a partial success", Duration.ZERO);
    }
    if (response.statusCode() == 429 || response.statusCode() == 503) {
      String wish = response.headers().firstValue("Retry-After").orElse("");
      Duration wait =
          wish.matches("[0-9]{1,6}")
              ? Duration.ofSeconds(Long.parseLong(wish))
              : Duration.ofMillis(200);
      return new Answer(Meaning.LATER, kind + (wish.isEmpty() ? "" : " with Retry-After"), wait);
    }
    return new Answer(Meaning.NEVER, kind, Duration.ZERO);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
