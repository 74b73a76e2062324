package io.millrace.testkit.server;

/** Ends servers that live as long as the JVM. */
final class SharedServers {

  private SharedServers() {}

  /** Has a server killed and its directory deleted when the JVM ends; nobody needs its data. */
  static void endWithJvm(AutoCloseable server, RunDirectory directory) {
    Thread end =
        new Thread(
            () -> {
              try {
                switch (server) {
                  case KafkaServer kafka -> kafka.kill();
                  case ElasticsearchServer elasticsearch -> elasticsearch.kill();
                  default -> server.close();
                }
                server.close();
                directory.close();
              } catch (Exception e) {
                // The guard has killed the server; the next run removes the directory.
              }
            },
            "millrace-shared-server-end");
    Runtime.getRuntime().addShutdownHook(end);
  }
}
