package io.millrace.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * One Elasticsearch server without security for all tests of a JVM, started when first asked for,
 * ended with the JVM. Tests keep apart by the names of their indices, and neither kill nor restart
 * it.
 */
public final class SharedElasticsearch {

  private SharedElasticsearch() {}

  /** The server; blocks while it starts. */
  public static ElasticsearchServer get() {
    return Holder.SERVER;
  }

  private static final class Holder {
    static final ElasticsearchServer SERVER = start();

    private static ElasticsearchServer start() {
      try {
        RunDirectory directory = RunDirectory.create("millrace-shared-elasticsearch");
        ElasticsearchServer server = ElasticsearchServer.start(ServerOptions.in(directory.path()));
        SharedServers.endWithJvm(server, directory);
        return server;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while Elasticsearch started", e);
      }
    }
  }
}
