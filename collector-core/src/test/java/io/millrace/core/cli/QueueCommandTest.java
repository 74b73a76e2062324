package io.millrace.core.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.config.DataSize;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.config.Environment;
import io.millrace.core.fakes.Await;
import io.millrace.core.fakes.Telemetry;
import io.millrace.core.log.DirectoryDisk;
import io.millrace.core.log.LogEntry;
import io.millrace.core.log.LogInspector;
import io.millrace.core.log.LogSettings;
import io.millrace.core.log.SegmentLog;
import io.millrace.core.telemetry.Instruments;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at a log while an agent has it open. */
final class QueueCommandTest {
  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @SuppressWarnings("NullAway.Init") // opened before each test
  private SegmentLog log;

  @SuppressWarnings("NullAway.Init") // made before each test
  private Path files;

  @BeforeEach
  void append() throws Exception {
    files = directory.resolve("state/logs/receiver-otlp-logs");
    log =
        SegmentLog.open(
            DirectoryDisk.of(files),
            LogSettings.of(DataSize.ofMebibytes(1)),
            Set.of("logs"),
            new SegmentLog.Tools(
                "receiver:otlp logs", new Instruments(Map.of()), Clock.systemUTC()));
    log.start();
    AtomicInteger committed = new AtomicInteger();
    for (String text : List.of("a", "b", "c")) {
      log.append(
          Telemetry.logs("s", 0, text, text),
          RequestContext.local(1),
          new SegmentLog.Appended() {
            @Override
            public void committed(long sequence) {
              committed.incrementAndGet();
            }

            @Override
            public void refused(IOException why) {}
          });
    }
    Await.until("all are logged", () -> committed.get() == 3);
    LogEntry first = Objects.requireNonNull(log.reader("logs").take());
    log.reader("logs").delivered(first.sequence());
    Await.until("the position is kept", () -> position() == 2);
  }

  @AfterEach
  void close() throws IOException {
    log.close();
  }

  @Test
  void showsWhatWaits() {
    assertThat(run("queue", "inspect", "--state-dir", "state")).isZero();
    assertThat(out.toString().replaceAll("bytes: [1-9]\\d*", "bytes: N"))
        .isEqualTo(
            """
            logs:
              - name: receiver-otlp-logs
                segments: 1
                bytes: N
                batches: 3
                items: 6
                readers:
                  - name: logs
                    position: 2
                    waiting_batches: 2
                    waiting_items: 4
                unfinished_bytes: 0
                damaged_bytes: 0
                missing_batches: 0
                put_aside: []
            """);
  }

  @Test
  void saysWhetherEverythingCanBeRead() throws Exception {
    assertThat(run("queue", "verify", "--state-dir", "state", "receiver-otlp-logs")).isZero();
    assertThat(out.toString())
        .isEqualToNormalizingNewlines("receiver-otlp-logs: ok; 3 batches, 6 items can be read\n");
    out.getBuffer().setLength(0);
    Path segment = files.resolve("00000000000000000001.segment");
    byte[] bytes = Files.readAllBytes(segment);
    bytes[100] ^= 1;
    Files.write(segment, bytes);
    assertThat(run("queue", "verify", "--state-dir", "state")).isEqualTo(1);
    assertThat(out.toString())
        .contains("receiver-otlp-logs: damaged: ")
        .contains(" bytes, 1 batches are missing; 2 batches, 4 items can be read");
  }

  @Test
  void takesABatchThatIsBeingWrittenForNoDamage() throws Exception {
    Path segment = files.resolve("00000000000000000001.segment");
    byte[] bytes = Files.readAllBytes(segment);
    Files.write(segment, java.util.Arrays.copyOf(bytes, bytes.length - 3));
    assertThat(run("queue", "verify", "--state-dir", "state")).isZero();
    assertThat(out.toString()).contains("ok; 2 batches");
  }

  @Test
  void writesWhatWaitsIntoFiles() throws Exception {
    assertThat(run("queue", "export", "receiver-otlp-logs", "--state-dir", "state", "--to", "to"))
        .isZero();
    assertThat(names("to")).containsExactly("2.logs.binpb", "3.logs.binpb");
    Batch batch = Batch.read(Signal.LOGS, Files.readAllBytes(directory.resolve("to/2.logs.binpb")));
    assertThat(Telemetry.texts(batch)).containsExactly("b", "b");
    assertThat(out.toString()).startsWith("2 batches with 4 items written to ");
    assertThat(
            run(
                "queue",
                "export",
                "receiver-otlp-logs",
                "--all",
                "--state-dir",
                "state",
                "--to",
                "all"))
        .isZero();
    assertThat(names("all")).hasSize(3);
  }

  @Test
  void namesTheLogsThatThereAre() {
    assertThat(run("queue", "verify", "other", "--state-dir", "state")).isEqualTo(1);
    assertThat(err.toString())
        .contains("\"other\" is no log in ")
        .contains("(expected: receiver-otlp-logs)");
    assertThat(run("queue")).isEqualTo(2);
    assertThat(run("queue", "export", "receiver-otlp-logs")).isEqualTo(2);
    out.getBuffer().setLength(0);
    assertThat(run("queue", "inspect", "--state-dir", "none")).isZero();
    assertThat(out.toString()).isEqualToNormalizingNewlines("logs: []\n");
  }

  private long position() {
    try {
      return LogInspector.inspect(files, entry -> {}).readers().stream()
          .mapToLong(LogInspector.Reader::position)
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> names(String folder) throws IOException {
    try (Stream<Path> paths = Files.list(directory.resolve(folder))) {
      return paths.map(path -> String.valueOf(path.getFileName())).sorted().toList();
    }
  }

  private int run(String... arguments) {
    Terminal terminal =
        new Terminal(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            new Environment(Map.of(), directory),
            QueueCommandTest.class.getClassLoader());
    return Main.run(
        terminal,
        (config, components, agentOptions) -> {
          throw new IllegalStateException("no agent is needed");
        },
        arguments);
  }
}
