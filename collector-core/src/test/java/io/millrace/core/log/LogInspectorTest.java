package io.millrace.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.config.DataSize;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.core.fakes.Await;
import io.millrace.core.fakes.Telemetry;
import io.millrace.core.telemetry.Instruments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at logs that somebody else writes to. */
final class LogInspectorTest {
  private static final int BATCHES = 4000;

  @TempDir private Path directory;
  private final AtomicLong committed = new AtomicLong();
  private final AtomicLong delivered = new AtomicLong();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  /** A log that grows, whose segments are begun and deleted all the time. */
  @Test
  void findsNoDamageInALogThatIsInUse() throws Exception {
    try (SegmentLog log = open()) {
      log.start();
      Thread writing = start(() -> append(log));
      Thread delivering = start(() -> deliver(log.reader("logs")));
      int looks = 0;
      boolean sawSegmentsGo = false;
      while (writing.isAlive() || delivering.isAlive()) {
        long before = delivered.get();
        LogInspector.Summary summary = LogInspector.inspect(directory, entry -> {});
        assertThat(summary.damage().bytes()).as("%s", summary).isZero();
        assertThat(summary.damage().batches()).as("%s", summary).isZero();
        assertThat(summary.putAside()).isEmpty();
        assertThat(summary.batches()).isLessThanOrEqualTo(committed.get() + 1000);
        sawSegmentsGo |= before > summary.batches();
        looks++;
      }
      assertThat(failures).isEmpty();
      assertThat(looks).isGreaterThan(5);
      assertThat(sawSegmentsGo).isTrue();
      assertThat(delivered).hasValue(BATCHES);
    }
    LogInspector.Summary left = LogInspector.inspect(directory, entry -> {});
    assertThat(left.readers())
        .singleElement()
        .satisfies(
            reader -> {
              assertThat(reader.position()).isEqualTo(BATCHES + 1);
              assertThat(reader.waitingBatches()).isZero();
            });
  }

  /** Not even the times of its files. */
  @Test
  void changesNothing() throws Exception {
    try (SegmentLog log = open()) {
      log.start();
      log.append(Telemetry.logs("a"), RequestContext.local(1), counting());
      Await.until("it is logged", () -> committed.get() == 1);
    }
    String before = look();
    LogInspector.Summary summary = LogInspector.inspect(directory, entry -> {});
    assertThat(summary.batches()).isEqualTo(1);
    assertThat(look()).isEqualTo(before);
  }

  private SegmentLog open() throws IOException {
    return SegmentLog.open(
        DirectoryDisk.of(directory),
        LogSettings.of(DataSize.ofMebibytes(64)).withSegmentSize(DataSize.ofBytes(4096)),
        Set.of("logs"),
        new SegmentLog.Tools("receiver:otlp logs", new Instruments(Map.of()), Clock.systemUTC()));
  }

  private void append(SegmentLog log) throws InterruptedException {
    for (int i = 0; i < BATCHES; i++) {
      log.append(Telemetry.numbered("t" + i + "-", 1 + i % 7), RequestContext.local(1), counting());
      if (i % 10 == 0) {
        // Now and then wait for the disk, so that groups are small and segments many.
        long sofar = i;
        Await.until("it is logged", () -> committed.get() > sofar);
      }
    }
  }

  private void deliver(LogReader reader) throws InterruptedException, IOException {
    while (delivered.get() < BATCHES) {
      LogEntry entry = reader.take();
      if (entry == null) {
        return;
      }
      reader.delivered(entry.sequence());
      delivered.incrementAndGet();
    }
  }

  private SegmentLog.Appended counting() {
    return new SegmentLog.Appended() {
      @Override
      public void committed(long sequence) {
        committed.incrementAndGet();
      }

      @Override
      public void refused(IOException why) {
        failures.add(why);
      }
    };
  }

  /** What a thread does. */
  @FunctionalInterface
  private interface Work {
    void run() throws InterruptedException, IOException;
  }

  private Thread start(Work work) {
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                work.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (IOException | RuntimeException | AssertionError e) {
                failures.add(e);
              }
            });
  }

  private String look() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        all.append(file.getFileName())
            .append(' ')
            .append(Files.size(file))
            .append(' ')
            .append(Files.getLastModifiedTime(file))
            .append('\n');
      }
    }
    return all.toString();
  }
}
