package io.millrace.receiver.filelog;

import io.millrace.api.component.Outputs;
import io.millrace.api.component.StartException;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.telemetry.Signal;
import io.millrace.testkit.MemoryStorage;
import io.millrace.testkit.TestContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A receiver on a directory, with a storage that outlives it. */
final class Bench implements AutoCloseable {
  final Path directory;
  final ConfigFixture config = new ConfigFixture();
  TestContext context;
  FakeConsumer consumer = new FakeConsumer();
  Duration releaseAfter = Duration.ofMillis(100);
  Duration drain = Duration.ofSeconds(5);
  private @Nullable FilelogReceiver receiver;

  Bench(Path directory) {
    this.directory = directory;
    this.context = TestContext.of("filelog", directory.resolve("state"));
    this.config.include = List.of(directory + "/*.log");
  }

  void start() throws StartException {
    context = context.nextLife();
    receiver = make();
    receiver.start();
  }

  /** Stops in good order and starts anew. */
  void restart() throws Exception {
    stop();
    start();
  }

  void stop() throws InterruptedException {
    FilelogReceiver running = receiver;
    receiver = null;
    if (running != null) {
      running.stop();
    }
  }

  /** Ends it as kill -9 would: nothing more is stored. */
  void kill() throws InterruptedException {
    FilelogReceiver running = receiver;
    receiver = null;
    if (running != null) {
      running.kill();
    }
  }

  MemoryStorage storage() {
    return context.memoryStorage(null);
  }

  /** What a gauge shows; not a number when there is none. */
  double gauge(String name) {
    return context.meter().gauge(name).orElse(Double.NaN);
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  Path write(String name, String text) throws IOException {
    return Files.writeString(file(name), text);
  }

  void append(String name, String text) throws IOException {
    append(name, text.getBytes(StandardCharsets.UTF_8));
  }

  void append(String name, byte[] bytes) throws IOException {
    Files.write(file(name), bytes, StandardOpenOption.APPEND, StandardOpenOption.CREATE);
  }

  @Override
  public void close() {
    try {
      stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private FilelogReceiver make() {
    Outputs outputs =
        new Outputs() {
          @Override
          public Set<Signal> signals() {
            return Set.of(Signal.LOGS);
          }

          @Override
          public Optional<Consumer> of(Signal signal) {
            return signal == Signal.LOGS ? Optional.of(consumer) : Optional.empty();
          }
        };
    return new FilelogReceiver(context, config.build(), outputs, releaseAfter, drain);
  }
}
