package io.millrace.benchmarks.fault.scenario;

import io.millrace.benchmarks.Home;
import io.millrace.testkit.server.ElasticsearchServer;
import io.millrace.testkit.server.FlinkCluster;
import io.millrace.testkit.server.KafkaServer;
import io.millrace.testkit.server.RunDirectory;
import io.millrace.testkit.server.ServerOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The servers that scenarios play on, started when the first one needs them and shared by all, and
 * the directory of the run. One thread at a time, save {@link #close}.
 */
public final class Stage implements AutoCloseable {
  private final Home home;
  private final PrintStream out;
  private final RunDirectory directory;
  private @Nullable ElasticsearchServer elasticsearch;
  private @Nullable KafkaServer kafka;
  private @Nullable FlinkCluster flink;
  private int folders;

  /** A server that scenarios need. */
  public enum Part {
    ELASTICSEARCH,
    KAFKA,
    FLINK
  }

  /** A stage without servers. */
  public Stage(Home home, PrintStream out) throws IOException {
    this.home = home;
    this.out = out;
    this.directory = RunDirectory.create("millrace-faults");
  }

  /** Starts those servers that do not run yet, at the same time. */
  public void prepare(Set<Part> parts) throws IOException, InterruptedException {
    Path base = directory.path();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<ElasticsearchServer> newElasticsearch = null;
      Future<KafkaServer> newKafka = null;
      Future<FlinkCluster> newFlink = null;
      if (parts.contains(Part.ELASTICSEARCH) && elasticsearch == null) {
        ServerOptions options = ServerOptions.in(base.resolve("elasticsearch"));
        newElasticsearch =
            threads.submit(timed("Elasticsearch", () -> ElasticsearchServer.start(options)));
      }
      if (parts.contains(Part.KAFKA) && kafka == null) {
        ServerOptions options = ServerOptions.in(base.resolve("kafka"));
        newKafka = threads.submit(timed("Kafka", () -> KafkaServer.start(options)));
      }
      if (parts.contains(Part.FLINK) && flink == null) {
        ServerOptions options = ServerOptions.in(base.resolve("flink"));
        newFlink = threads.submit(timed("Flink", () -> FlinkCluster.start(options)));
      }
      elasticsearch = newElasticsearch == null ? elasticsearch : newElasticsearch.get();
      kafka = newKafka == null ? kafka : newKafka.get();
      flink = newFlink == null ? flink : newFlink.get();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause() == null ? e.toString() : e.getCause().getMessage(), e);
    }
  }

  private <T> Callable<T> timed(String name, Callable<T> start) {
    return () -> {
      long begin = System.nanoTime();
      T server = start.call();
      out.printf(Locale.ROOT, "%s is up after %.1f s%n", name, (System.nanoTime() - begin) / 1e9);
      return server;
    };
  }

  /** Where the built parts are. */
  public Home home() {
    return home;
  }

  ElasticsearchServer elasticsearch() {
    return present(elasticsearch);
  }

  KafkaServer kafka() {
    return present(kafka);
  }

  FlinkCluster flink() {
    return present(flink);
  }

  /** The number of the scenario, from 1; makes the names of its topics and indices. */
  int nextNumber() {
    folders++;
    return folders;
  }

  /** A new folder of a scenario. */
  Path folder(String name, int number) throws IOException {
    return Files.createDirectories(directory.path().resolve(name + "-" + number));
  }

  private static <T> T present(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the stage lacks a server that the scenario did not ask for");
    }
    return part;
  }

  /** Ends the servers and deletes the directory of the run. */
  @Override
  public void close() throws IOException {
    if (flink != null) {
      flink.close();
    }
    if (kafka != null) {
      kafka.kill();
    }
    if (elasticsearch != null) {
      elasticsearch.kill();
      elasticsearch.close();
    }
    directory.close();
  }
}
