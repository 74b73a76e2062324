package io.millrace.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.telemetry.Origins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DropJournalTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-21T01:02:03Z"), ZoneOffset.UTC);

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init") // Opened before each test.
  private StateDirectory state;

  @SuppressWarnings("NullAway.Init") // Opened before each test.
  private DropJournal journal;

  @BeforeEach
  void open() throws Exception {
    state = StateDirectory.open(directory);
    journal = new DropJournal(state, CLOCK);
  }

  @AfterEach
  void close() throws IOException {
    journal.close();
    state.close();
  }

  @Test
  void joinsNeighboursThatTouch() throws IOException {
    Origins before =
        Origins.builder()
            .add("a", 0, 10, 0)
            .add("a", 10, 20, 0)
            .add("a", 20, 30, 0)
            .add("b", 30, 40, 0)
            .add("b", 40, 50, 1)
            .add("b", 40, 50, 2)
            .build();
    journal.dropped("processor:p", before, Origins.NONE);
    assertThat(lines())
        .containsExactly(
            line("a", 0, 30, 0), line("b", 30, 40, 0), line("b", 40, 50, 1), line("b", 40, 50, 2));
  }

  @Test
  void findsWhatIsMissingThoughTheRestWasReordered() throws IOException {
    Origins before = Origins.sequence("s", 0, 6);
    Origins odd = before.select(bits(1, 3, 5));
    Origins swapped =
        Origins.builder().add("s", 5, 6, 0).add("s", 1, 2, 0).add("s", 3, 4, 0).build();
    journal.dropped("processor:p", before, odd);
    journal.dropped("processor:p", before, swapped);
    List<String> even = List.of(line("s", 0, 1, 0), line("s", 2, 3, 0), line("s", 4, 5, 0));
    assertThat(lines().subList(0, 3)).isEqualTo(even);
    assertThat(lines().subList(3, 6)).isEqualTo(even);
  }

  @Test
  void writesNothingAboutTelemetryWithoutOrigins() throws IOException {
    journal.dropped("processor:p", Origins.NONE, Origins.NONE);
    assertThat(lines()).isEmpty();
  }

  private List<String> lines() throws IOException {
    return Files.readAllLines(directory.resolve("drops.jsonl"));
  }

  private static String line(String stream, long start, long end, int sub) {
    return "{\"time\":\"2026-11-21T01:02:03Z\",\"component\":\"processor:p\",\"stream\":\""
        + stream
        + "\",\"start\":"
        + start
        + ",\"end\":"
        + end
        + ",\"sub\":"
        + sub
        + "}";
  }

  private static BitSet bits(int... set) {
    BitSet bits = new BitSet();
    for (int bit : set) {
      bits.set(bit);
    }
    return bits;
  }
}
