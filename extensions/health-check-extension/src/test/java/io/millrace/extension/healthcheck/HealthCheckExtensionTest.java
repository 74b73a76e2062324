package io.millrace.extension.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.component.Health;
import io.millrace.api.component.StartException;
import io.millrace.api.config.Endpoint;
import io.millrace.testkit.TestContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthCheckExtensionTest {
  @TempDir Path directory;
  private TestContext context;
  private @Nullable HealthCheckExtension extension;

  @BeforeEach
  void prepare() {
    context = TestContext.of("health_check", directory);
  }

  @AfterEach
  void stop() {
    if (extension != null) {
      extension.stop();
    }
  }

  @Test
  void answers200WithEveryComponentWhenAllIsWell() throws Exception {
    context.agentHealth(
        context.clock().instant(), true, Map.of("receiver:otlp", new Health.Degraded("slow")));
    HttpResponse<String> response = ask("GET", start(null), "/");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo(
            "{\"status\":\"Server available\",\"upSince\":\"2026-01-02T03:04:05.678901234Z\","
                + "\"uptime\":\"PT0S\",\"components\":{\"receiver:otlp\":"
                + "{\"status\":\"degraded\",\"reason\":\"slow\"}}}");
  }

  @Test
  void answers503WhenAComponentHasFailed() throws Exception {
    context.agentHealth(
        context.clock().instant(), true, Map.of("exporter:kafka", new Health.Failed("no topic")));
    HttpResponse<String> response = ask("GET", start(null), "/");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).contains("Server not available").contains("no topic");
  }

  @Test
  void answersWithTheTextsOfTheUser() throws Exception {
    context.agentHealth(java.time.Instant.MAX, false, Map.of());
    HttpResponse<String> response =
        ask("GET", start(new HealthCheckExtensionConfig.ResponseBody("yes", "no")), "/");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).isEqualTo("no");
  }

  @Test
  void answers405ToOtherMethods() throws Exception {
    assertThat(ask("POST", start(null), "/").statusCode()).isEqualTo(405);
  }

  @Test
  void namesAPortInUse() throws Exception {
    int port = start(null);
    HealthCheckExtension second = new HealthCheckExtension(context, config(port, null));

    assertThatThrownBy(second::start)
        .isInstanceOf(StartException.class)
        .hasMessageContaining("127.0.0.1:" + port);
  }

  private int start(HealthCheckExtensionConfig.@Nullable ResponseBody texts) throws Exception {
    HealthCheckExtension started = new HealthCheckExtension(context, config(0, texts));
    started.start();
    extension = started;
    return started.port();
  }

  private static HealthCheckExtensionConfig config(
      int port, HealthCheckExtensionConfig.@Nullable ResponseBody texts) {
    return new HealthCheckExtensionConfig(
        new Endpoint("127.0.0.1", port), "/", texts, Map.of(), Map.of(), false);
  }

  private static HttpResponse<String> ask(String method, int port, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
              .method(method, HttpRequest.BodyPublishers.noBody())
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}
