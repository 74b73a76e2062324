package io.millrace.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * One Kafka server for all tests of a JVM, started when first asked for, ended with the JVM. Tests
 * keep apart by the names of their topics and groups, and neither kill nor restart it.
 */
public final class SharedKafka {

  private SharedKafka() {}

  /** The server; blocks while it starts. */
  public static KafkaServer get() {
    return Holder.SERVER;
  }

  private static final class Holder {
    static final KafkaServer SERVER = start();

    private static KafkaServer start() {
      try {
        RunDirectory directory = RunDirectory.create("millrace-shared-kafka");
        KafkaServer server = KafkaServer.start(ServerOptions.in(directory.path()));
        SharedServers.endWithJvm(server, directory);
        return server;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while Kafka started", e);
      }
    }
  }
}
