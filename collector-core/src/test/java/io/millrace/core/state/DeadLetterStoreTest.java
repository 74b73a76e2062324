package io.millrace.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.component.ComponentId;
import io.millrace.api.config.DataSize;
import io.millrace.core.fakes.Telemetry;
import io.millrace.core.state.DeadLetterStore.Letter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLetterStoreTest {
  private static final ComponentId ID = ComponentId.parse("kafka/a");

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init") // Opened before each test.
  private StateDirectory state;

  @BeforeEach
  void open() throws Exception {
    state = StateDirectory.open(directory);
  }

  @AfterEach
  void close() throws IOException {
    state.close();
  }

  @Test
  void takesNoMoreThanItsCapacityUntilSomebodyMakesRoom() throws IOException {
    try (DeadLetterStore store =
        new DeadLetterStore(state, DataSize.ofBytes(1000), Clock.systemUTC())) {
      int count = 0;
      while (count < 100 && put(store)) {
        count++;
      }
      assertThat(count).isBetween(1, 10);
      assertThat(Files.size(file())).isLessThanOrEqualTo(1000);
      assertThatThrownBy(() -> store.put("exporter", ID, letters()))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("Dead letters are full: " + directory.resolve("dead-letters"));
      Files.move(file(), directory.resolve("looked-at.jsonl"));
      assertThat(put(store)).isTrue();
      assertThat(Files.readAllLines(file())).hasSize(1);
    }
  }

  @Test
  void goesOnBehindALineThatACrashCutShort() throws IOException {
    try (DeadLetterStore store =
        new DeadLetterStore(state, DeadLetterStore.STANDARD_CAPACITY, Clock.systemUTC())) {
      store.put("exporter", ID, letters());
    }
    Files.writeString(file(), "{\"time\":\"20", StandardOpenOption.APPEND);
    try (DeadLetterStore store =
        new DeadLetterStore(state, DeadLetterStore.STANDARD_CAPACITY, Clock.systemUTC())) {
      store.put("exporter", ID, letters());
    }
    assertThat(Files.readAllLines(file()))
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).startsWith("{\"time\":\"2").endsWith("\"}"));
  }

  @Test
  void writesReasonsThatAreHardToWrite() throws IOException {
    try (DeadLetterStore store =
        new DeadLetterStore(state, DeadLetterStore.STANDARD_CAPACITY, Clock.systemUTC())) {
      store.put(
          "exporter",
          ID,
          List.of(new Letter(Telemetry.logs("a"), "tab\t \"quote\" \\ \u0001 \ud800 ğ 😀")));
    }
    assertThat(Files.readString(file()))
        .contains("\"reason\":\"tab\\t \\\"quote\\\" \\\\ \\u0001 \\ud800 ğ 😀\"");
  }

  private static boolean put(DeadLetterStore store) {
    try {
      store.put("exporter", ID, letters());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static List<Letter> letters() {
    return List.of(new Letter(Telemetry.logs("file/x", 0, "a"), "never"));
  }

  private Path file() {
    return directory.resolve("dead-letters").resolve("exporter-kafka%2Fa.jsonl");
  }
}
