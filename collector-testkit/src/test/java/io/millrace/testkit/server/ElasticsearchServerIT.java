package io.millrace.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ElasticsearchServerIT {
  private final RunDirectory directory = RunDirectory.create("millrace-elasticsearch-it");

  ElasticsearchServerIT() throws IOException {}

  @AfterEach
  void removeDirectory() throws Exception {
    directory.close();
  }

  @Test
  void keepsDocumentsAndPortOverAKillAndARestart() throws Exception {
    try (ElasticsearchServer server =
        ElasticsearchServer.start(ServerOptions.in(directory.path()))) {
      String url = server.url();
      assertThat(server.count("logs-*")).isZero();
      assertThat(server.request("PUT", "/logs-1/_create/a", "{\"n\":1}").status()).isEqualTo(201);

      server.kill();
      assertThat(server.isAlive()).isFalse();

      server.restart();
      assertThat(server.url()).isEqualTo(url);
      assertThat(server.request("PUT", "/logs-1/_create/a", "{\"n\":1}").status()).isEqualTo(409);
      assertThat(server.request("GET", "/logs-1/_doc/a", "").at("_source", "n")).isEqualTo(1L);
      assertThat(server.count("logs-*")).isEqualTo(1);
    }
  }

  @Test
  void asksForThePasswordWhenSecurityIsOn() throws Exception {
    ServerOptions options = ServerOptions.in(directory.path());
    try (ElasticsearchServer server = ElasticsearchServer.start(options, "a long secret")) {
      assertThat(server.request("GET", "/_cluster/health", "").status()).isEqualTo(200);
      try (HttpClient http = HttpClient.newHttpClient()) {
        URI health = URI.create(server.url() + "/_cluster/health");
        HttpRequest anonymous = HttpRequest.newBuilder(health).build();
        assertThat(http.send(anonymous, HttpResponse.BodyHandlers.discarding()).statusCode())
            .isEqualTo(401);
      }
    }
  }

  @Test
  void runsWhereOnlyTheOwnerCanEnterTheDirectory() throws Exception {
    Path hidden = directory.path().resolve("hidden");
    Files.createDirectory(
        hidden, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    ServerOptions options = ServerOptions.in(hidden.resolve("server")).withHeapMebibytes(256);
    try (ElasticsearchServer server = ElasticsearchServer.start(options)) {
      assertThat(server.request("GET", "/_cluster/health", "").status()).isEqualTo(200);
    }
  }
}
