package io.millrace.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.ComponentId;
import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Exporter;
import io.millrace.api.config.DataSize;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.component.ComponentSlot;
import io.millrace.core.component.Deadline;
import io.millrace.core.component.Extensions;
import io.millrace.core.component.HealthBoard;
import io.millrace.core.component.Identity;
import io.millrace.core.component.Services;
import io.millrace.core.fakes.Await;
import io.millrace.core.fakes.Ending;
import io.millrace.core.fakes.FakeExporter;
import io.millrace.core.plugin.Kind;
import io.millrace.core.state.DeadLetterStore;
import io.millrace.core.state.DropJournal;
import io.millrace.core.state.StateDirectory;
import io.millrace.core.telemetry.Balance;
import io.millrace.core.telemetry.Instruments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * An {@link ExportPath} to a fake exporter. Each test makes its own; afterwards its books must be
 * in order.
 */
class ExportPathBench {
  static final Duration SOON = Duration.ofSeconds(20);
  static final DeliverySettings.Retry QUICK =
      new DeliverySettings.Retry(
          true, Duration.ofMillis(1), 0, 1, Duration.ofMillis(1), Duration.ZERO);
  static final DeliverySettings STANDARD =
      DeliverySettings.standard().withRetry(QUICK).withTimeout(Duration.ZERO);

  /** Of the exporter and nobody else. */
  static final ClassLoader LOADER = new ClassLoader() {};

  @TempDir Path directory;
  final FakeExporter exporter = new FakeExporter();
  final Instruments instruments = new Instruments(Map.of());
  final HealthBoard board = new HealthBoard(Clock.systemUTC());
  final AttemptTimer timer = new AttemptTimer();
  final List<Thread> threads = new ArrayList<>();
  StateDirectory state;
  DropJournal journal;

  @SuppressWarnings("NullAway.Init") // Made by each test.
  ExportPath path;

  @BeforeEach
  void open() throws Exception {
    state = StateDirectory.open(directory);
    journal = new DropJournal(state, Clock.systemUTC());
  }

  @AfterEach
  void close() throws Exception {
    if (path != null) {
      path.drain();
      path.close();
      assertThat(path.balance().inFlight()).isZero();
      assertThat(path.balance().missing()).as("%s", path.balance()).isZero();
    }
    for (Thread thread : threads) {
      assertThat(Deadline.in(SOON).join(thread)).isTrue();
    }
    timer.close();
    instruments.close();
    journal.close();
    state.close();
  }

  CountDownLatch hold() {
    CountDownLatch go = new CountDownLatch(1);
    exporter.otherwise(
        batch -> {
          go.await();
          return ExportOutcome.ACCEPTED;
        });
    return go;
  }

  ExportPath path(DeliverySettings settings) throws Exception {
    return path(settings, false, new MemoryBudget(1 << 20), DeadLetterStore.STANDARD_CAPACITY);
  }

  ExportPath path(Signal signal, DeliverySettings settings) throws Exception {
    ExportPath.Shared shared = shared(new MemoryBudget(1 << 20), DeadLetterStore.STANDARD_CAPACITY);
    return path(signal, settings, false, shared);
  }

  ExportPath path(
      DeliverySettings settings, boolean ordered, MemoryBudget budget, DataSize deadLetters)
      throws Exception {
    return path(Signal.LOGS, settings, ordered, shared(budget, deadLetters));
  }

  private ExportPath path(
      Signal signal, DeliverySettings settings, boolean ordered, ExportPath.Shared shared)
      throws Exception {
    ComponentSlot<Exporter> slot = slot(exporter);
    slot.launch();
    assertThat(slot.awaitFirstAttempt(Deadline.in(SOON))).isTrue();
    ExportPath made =
        new ExportPath(new Destination(slot, shared.services()), signal, settings, ordered, shared);
    made.start();
    return made;
  }

  ComponentSlot<Exporter> slot(Exporter instance) {
    return new ComponentSlot<>(
        Identity.of(Kind.EXPORTER, ComponentId.parse("fake")),
        LOADER,
        () -> instance,
        board,
        ComponentSlot.Backoff.STANDARD);
  }

  ExportPath.Shared shared(MemoryBudget budget, DataSize deadLetters) {
    Clock clock = Clock.systemUTC();
    return new ExportPath.Shared(
        new Services(
            state,
            new DeadLetterStore(state, deadLetters, clock),
            instruments,
            new Extensions(),
            board,
            clock),
        timer,
        budget,
        journal);
  }

  Ending send(Batch batch, Ending ending) throws InterruptedException {
    path.accept(new Parcel(batch, ending, RequestContext.local(1)));
    return ending;
  }

  Thread inBackground(Batch batch, Ending ending) {
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    var _ = send(batch, ending);
                  } catch (InterruptedException e) {
                    // The delivery has ended.
                  }
                });
    threads.add(thread);
    return thread;
  }

  void awaitBlockedSource() {
    Await.until("a source waits", () -> gauge("otelcol_exporter_queue_blocked_sources") == 1);
  }

  Balance balance() {
    Await.until("nothing is in flight", () -> path.balance().inFlight() == 0);
    return path.balance();
  }

  static Balance books(long in, long out, long dropped, long failed, long inFlight) {
    return new Balance("exporter:fake logs", in, out, dropped, failed, inFlight);
  }

  long metric(String name) {
    return instruments.counter(name, "", Map.of("exporter", "fake", "data_type", "logs")).value();
  }

  double gauge(String name) {
    return instruments.collect().stream()
        .filter(metric -> metric.getName().equals(name))
        .flatMap(metric -> metric.getDoubleGaugeData().getPoints().stream())
        .mapToDouble(point -> point.getValue())
        .sum();
  }

  List<String> deadLetters() throws IOException {
    Path file = directory.resolve("dead-letters/exporter-fake.jsonl");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  static BitSet bits(int... set) {
    BitSet bits = new BitSet();
    for (int bit : set) {
      bits.set(bit);
    }
    return bits;
  }

  @SuppressWarnings("NullAway") // Breaks the contract on purpose.
  static ExportOutcome nothing() {
    return null;
  }

  static DeliverySettings.Queue queue(
      long size,
      DeliverySettings.Sizer sizer,
      DeliverySettings.@org.jspecify.annotations.Nullable Merge merge) {
    return new DeliverySettings.Queue(true, 1, size, sizer, false, false, merge);
  }
}
