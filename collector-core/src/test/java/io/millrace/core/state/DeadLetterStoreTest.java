package io.millrace.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.api.component.ComponentId;
import io.millrace.api.config.DataSize;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.fakes.Telemetry;
import io.millrace.core.state.DeadLetterStore.Letter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLetterStoreTest {
  private static final ComponentId ID = ComponentId.parse("kafka/a");
  private static final LetterOwner OWNER = LetterOwner.of("exporter", ID);

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
        .allSatisfy(
            line ->
                assertThat(line).startsWith("{\"state\":\"dead\",\"time\":\"2").endsWith("\"}"));
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

  @Test
  void readsWhatItWrote() throws Exception {
    Batch known = Telemetry.logs("file/x", 20, "a", "b ğ 😀");
    Batch mixed = Batch.concat(List.of(Telemetry.logs("?"), known, Telemetry.logs("!")));
    try (DeadLetterStore store = store(DeadLetterSettings.standard())) {
      store.put(
          new LetterOwner("processor", ID, "logs/x"),
          List.of(new Letter(mixed, "tab\t \"quote\" \\ \u0001 \ud800 ğ 😀")));
      store.putRaw(OWNER, new byte[] {1, -2, 3, 4}, "kafka/\"t\"-0@5", "no telemetry");
    }
    List<StoredLetter> letters = new ArrayList<>();
    List<LetterContent> contents = new ArrayList<>();
    new DeadLetterInspector(directory)
        .<IOException>read(
            (letter, content) -> {
              letters.add(letter);
              contents.add(content.read());
            });
    assertThat(letters)
        .extracting(
            StoredLetter::component,
            StoredLetter::pipeline,
            StoredLetter::reason,
            StoredLetter::signal,
            StoredLetter::items,
            StoredLetter::state)
        .containsExactly(
            tuple("exporter:kafka/a", "", "no telemetry", null, 1L, LetterState.DEAD),
            tuple(
                "processor:kafka/a",
                "logs/x",
                "tab\t \"quote\" \\ \u0001 ? ğ 😀",
                Signal.LOGS,
                4L,
                LetterState.DEAD));
    assertThat(contents.get(0).origin()).isEqualTo("kafka/\"t\"-0@5");
    assertThat(contents.get(0).bytes()).containsExactly(1, -2, 3, 4);
    assertThatThrownBy(() -> contents.get(0).batch()).hasMessageContaining("no telemetry");
    assertThat(contents.get(1).batch().toBytes()).isEqualTo(mixed.toBytes());
    assertThat(contents.get(1).bytes()).isEqualTo(mixed.toBytes());
    assertThat(contents.get(1).batch().origins()).isEqualTo(mixed.origins());
  }

  @Test
  void writesLinesOfTheLengthThatItCountsWith() throws Exception {
    for (int length = 0; length < 7; length++) {
      LetterLine line =
          LetterLine.raw(Instant.EPOCH, OWNER, new byte[length], "o".repeat(length), "ğ");
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      line.writeTo(out);
      assertThat(out.size()).isEqualTo(line.sizeBytes());
    }
  }

  @Test
  void leavesNothingOfALineThatTheDiskDidNotTake() throws Exception {
    Path path = directory.resolve("lines");
    try (LineFile lines = LineFile.open(path)) {
      lines.append("first\n".getBytes(StandardCharsets.UTF_8), false);
      assertThatThrownBy(
              () ->
                  lines.append(
                      out -> {
                        out.write(new byte[200_000]);
                        out.write('\n');
                        throw new IOException("No space left on device");
                      },
                      true))
          .hasMessage("No space left on device");
      assertThat(Files.readString(path)).isEqualTo("first\n");
      lines.append("second\n".getBytes(StandardCharsets.UTF_8), true);
    }
    assertThat(Files.readString(path)).isEqualTo("first\nsecond\n");
  }

  @Test
  void losesTheOldestOnlyWhenAskedToAndSaysHowMany() throws Exception {
    DeadLetterSettings settings =
        DeadLetterSettings.of(DataSize.ofBytes(4000))
            .withWhenFull(DeadLetterSettings.WhenFull.DROP_OLDEST);
    long[] kept = new long[1];
    long[] dropped = new long[2];
    DeadLetterStore.Observer counts =
        new DeadLetterStore.Observer() {
          @Override
          public void kept(String component, long letters, long items) {
            kept[0] += letters;
          }

          @Override
          public void dropped(String component, long letters, long items) {
            assertThat(component).isEqualTo("exporter:kafka/a");
            dropped[0] += letters;
            dropped[1] += items;
          }

          @Override
          public void failed(String component, IOException cause) {
            throw new AssertionError(cause);
          }
        };
    try (DeadLetterStore store = new DeadLetterStore(state, settings, Clock.systemUTC(), counts)) {
      for (int i = 0; i < 100; i++) {
        store.put(OWNER, List.of(new Letter(Telemetry.logs("file/x", i, "a", "b"), "no " + i)));
      }
      assertThat(store.keptBytes()).isBetween(1000L, 4000L);
    }
    List<String> lines = Files.readAllLines(file());
    assertThat(lines.size() + dropped[0]).isEqualTo(100).isEqualTo(kept[0]);
    assertThat(dropped[1]).isEqualTo(2 * dropped[0]);
    assertThat(lines.getLast()).contains("\"no 99\"");
    assertThat(lines.getFirst()).contains("\"no " + dropped[0] + "\"");
  }

  @Test
  void takesOutWhatArrivedAndNothingElse() throws Exception {
    try (DeadLetterStore store = store(DeadLetterSettings.standard())) {
      for (String reason : List.of("too LARGE", "other", "too large")) {
        store.put(OWNER, List.of(new Letter(Telemetry.logs("a"), reason)));
      }
      store.putRaw(OWNER, new byte[1], "o", "too large");
      long full = store.keptBytes();
      assertThat(store.mark(new ReplayRequest(List.of("kafka/a"), List.of("Large")))).isEqualTo(2);
      ReturningLetters returning = store.returning("exporter-kafka%2Fa.jsonl").orElseThrow();
      assertThat(store.keptBytes()).as("on their way they take no room").isLessThan(full);
      List<StoredLetter> seen = new ArrayList<>();
      returning.<IOException>read((letter, content) -> seen.add(letter));
      assertThat(seen).extracting(StoredLetter::reason).containsExactly("too LARGE", "too large");
      returning.done(seen.getFirst());
      store.put(OWNER, List.of(new Letter(Telemetry.logs("b"), "again")));
      returning.done(seen.getLast());
      returning.close();
      assertThat(Files.readAllLines(file()))
          .satisfiesExactly(
              line -> assertThat(line).contains("\"state\":\"dead\"", "\"reason\":\"other\""),
              line -> assertThat(line).contains("\"raw\""),
              line -> assertThat(line).contains("\"state\":\"dead\"", "\"reason\":\"again\""));
      assertThat(store.returning("exporter-kafka%2Fa.jsonl")).isEmpty();
    }
  }

  @Test
  void keepsOnlySomeSamplesOfWhatStrangersSend() throws Exception {
    try (DeadLetterStore store = store(DeadLetterSettings.of(DataSize.ofBytes(10)))) {
      byte[] large = new byte[LetterSamples.MAX_SAMPLE_BYTES + 1];
      int kept = 0;
      for (int i = 0; i < 5 * LetterSamples.BURST; i++) {
        kept += store.sample(OWNER, large, "127.0.0.1:1", "Malformed") ? 1 : 0;
      }
      assertThat(kept).isBetween(LetterSamples.BURST, 2 * LetterSamples.BURST);
      assertThat(store.keptBytes()).as("never in the way of letters").isZero();
    }
    DeadLetterInspector.Group group =
        new DeadLetterInspector(directory).summary().groups().getFirst();
    assertThat(group.sample()).isTrue();
    assertThat(group.reason()).isEqualTo("Malformed (the first 16384 of 16385 bytes)");
    assertThat(group.letters()).isBetween(10L, 20L);
    assertThat(group.raw()).isEqualTo(group.letters());
  }

  @Test
  void skipsLinesThatAreNoLettersAndKeepsThem() throws Exception {
    try (DeadLetterStore store = store(DeadLetterSettings.standard())) {
      store.put(OWNER, letters());
    }
    Files.writeString(file(), "what is this?\n", StandardOpenOption.APPEND);
    try (DeadLetterStore store = store(DeadLetterSettings.standard())) {
      assertThat(store.mark(new ReplayRequest(List.of(), List.of()))).isEqualTo(1);
      ReturningLetters returning = store.returning("exporter-kafka%2Fa.jsonl").orElseThrow();
      returning.<IOException>read((letter, content) -> returning.done(letter));
      returning.close();
    }
    assertThat(Files.readString(file())).isEqualTo("what is this?\n");
    assertThat(new DeadLetterInspector(directory).summary().unreadable())
        .containsEntry("dead-letters/exporter-kafka%2Fa.jsonl", 1L);
  }

  private DeadLetterStore store(DeadLetterSettings settings) {
    return new DeadLetterStore(state, settings, Clock.systemUTC(), DeadLetterStore.NOBODY);
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
