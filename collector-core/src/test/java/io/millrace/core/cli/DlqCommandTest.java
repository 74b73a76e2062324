package io.millrace.core.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.ComponentId;
import io.millrace.api.config.DataSize;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.config.Environment;
import io.millrace.core.fakes.Telemetry;
import io.millrace.core.state.DeadLetterStore;
import io.millrace.core.state.DeadLetterStore.Letter;
import io.millrace.core.state.LetterOwner;
import io.millrace.core.state.ReplayRequest;
import io.millrace.core.state.ReplayRequests;
import io.millrace.core.state.StateDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at dead letters while an agent has them open. */
final class DlqCommandTest {
  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @SuppressWarnings("NullAway.Init") // opened before each test
  private StateDirectory state;

  @SuppressWarnings("NullAway.Init") // opened before each test
  private DeadLetterStore store;

  @BeforeEach
  void putAside() throws Exception {
    state = StateDirectory.open(directory.resolve("state"));
    Clock clock = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
    store = new DeadLetterStore(state, DataSize.ofMebibytes(1), clock);
    ComponentId id = ComponentId.parse("kafka/a");
    store.put("exporter", id, List.of(letter("a", "Too large"), letter("b", "Too large")));
    store.put("exporter", id, List.of(letter("c", "Unknown topic")));
    store.putRaw(
        LetterOwner.of("receiver", ComponentId.parse("kafka")),
        new byte[] {'h', 'i'},
        "kafka/t-0@7",
        "cannot be decoded");
  }

  @AfterEach
  void close() throws IOException {
    store.close();
    state.close();
  }

  @Test
  void countsByComponentAndReason() {
    assertThat(run("dlq", "list", "--state-dir", "state")).isZero();
    assertThat(out.toString().replaceAll("bytes: [1-9]\\d*", "bytes: N"))
        .isEqualTo(
            """
            letters:
              - component: exporter:kafka/a
                reason: Too large
                letters: 2
                items: 2
                bytes: N
                oldest: 2026-01-02T03:04:05Z
                newest: 2026-01-02T03:04:05Z
              - component: exporter:kafka/a
                reason: Unknown topic
                letters: 1
                items: 1
                bytes: N
                oldest: 2026-01-02T03:04:05Z
                newest: 2026-01-02T03:04:05Z
              - component: receiver:kafka
                reason: cannot be decoded
                letters: 1
                items: 1
                bytes: N
                oldest: 2026-01-02T03:04:05Z
                newest: 2026-01-02T03:04:05Z
                cannot_be_replayed: 1
            """);
    out.getBuffer().setLength(0);
    assertThat(run("dlq", "list", "--json", "--state-dir", "state")).isZero();
    assertThat(out.toString()).contains("\"component\": \"receiver:kafka\"");
    out.getBuffer().setLength(0);
    assertThat(run("dlq", "list", "--state-dir", "none")).isZero();
    assertThat(out.toString()).isEqualToNormalizingNewlines("letters: []\n");
  }

  @Test
  void showsWhatLettersHold() {
    assertThat(run("dlq", "show", "--state-dir", "state", "--reason", "unknown")).isZero();
    assertThat(out.toString())
        .isEqualTo(
            """
            ---
            time: 2026-01-02T03:04:05Z
            component: exporter:kafka/a
            reason: Unknown topic
            signal: logs
            items: 1
            first_items:
              - body: c
                attributes:
                  key: value
                origin: file/x 0-10
            """);
    out.getBuffer().setLength(0);
    assertThat(run("dlq", "show", "--state-dir", "state", "--component", "receiver:kafka"))
        .isZero();
    assertThat(out.toString()).contains("origin: kafka/t-0@7\n", "bytes: 2\n", "text: hi\n");
    out.getBuffer().setLength(0);
    assertThat(run("dlq", "show", "--state-dir", "state", "--limit", "1")).isZero();
    assertThat(out.toString())
        .contains("body: a")
        .doesNotContain("body: b")
        .contains("# 3 more letters; see --limit");
  }

  @Test
  void writesTheBytesIntoFiles() throws Exception {
    assertThat(run("dlq", "export", "--state-dir", "state", "--to", "to")).isZero();
    try (Stream<Path> files = Files.list(directory.resolve("to"))) {
      assertThat(files.map(file -> String.valueOf(file.getFileName())).sorted())
          .containsExactly("1.logs.binpb", "2.logs.binpb", "3.logs.binpb", "4.raw");
    }
    byte[] bytes = Files.readAllBytes(directory.resolve("to/2.logs.binpb"));
    assertThat(Telemetry.texts(Batch.read(Signal.LOGS, bytes))).containsExactly("b");
    assertThat(Files.readString(directory.resolve("to/4.raw"))).isEqualTo("hi");
    assertThat(out.toString()).startsWith("4 letters with 4 items written to ");
  }

  @Test
  void leavesARequestForTheNextAgent() throws Exception {
    assertThat(run("dlq", "replay", "--state-dir", "state", "--reason", "too", "--wait", "0"))
        .isZero();
    assertThat(out.toString())
        .startsWith("2 letters with 2 items: the next agent that starts on ")
        .endsWith("will hand them on" + System.lineSeparator());
    List<Path> waiting = store.requests().waiting();
    assertThat(store.requests().read(waiting.getFirst()))
        .contains(new ReplayRequest(List.of(), List.of("too")));
    // What the agent does.
    assertThat(store.mark(new ReplayRequest(List.of(), List.of("too")))).isEqualTo(2);
    store.requests().take(waiting.getFirst());
    out.getBuffer().setLength(0);
    assertThat(run("dlq", "replay", "--state-dir", "state", "--component", "receiver:kafka"))
        .isZero();
    assertThat(run("dlq", "replay", "--state-dir", "state", "--reason", "too")).isZero();
    assertThat(out.toString())
        .isEqualToNormalizingNewlines(
            """
            1 letters stay: bytes that are no telemetry cannot be replayed
            No letters to replay
            2 letters are on their way back already
            No letters to replay
            """);
    assertThat(ReplayRequests.of(directory.resolve("state")).waiting()).isEmpty();
  }

  @Test
  void saysHowItIsUsed() {
    assertThat(run("dlq")).isEqualTo(2);
    assertThat(run("dlq", "export")).isEqualTo(2);
    assertThat(run("dlq", "replay", "--help")).isZero();
    assertThat(out.toString()).contains("Examples:", "Exit codes: 0 asked for");
  }

  private static Letter letter(String text, String reason) {
    return new Letter(Telemetry.logs("file/x", 0, text), reason);
  }

  private int run(String... arguments) {
    Terminal terminal =
        new Terminal(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            new Environment(Map.of(), directory),
            DlqCommandTest.class.getClassLoader());
    return Main.run(
        terminal,
        (config, components, agentOptions) -> {
          throw new IllegalStateException("no agent is needed");
        },
        arguments);
  }
}
