package io.millrace.receiver.filelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testkit.MemoryStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class StreamStateTest {
  private static final FileId ID = new FileId("2049", "17");

  @Test
  void comesBackAsItWas() throws IOException {
    byte[] bytes = "some bytes".getBytes(StandardCharsets.UTF_8);
    StreamState state =
        new StreamState(
            3,
            1000,
            7,
            Fingerprint.of(bytes, 0, 10),
            Fingerprint.of(bytes, 2, 5),
            List.of(1005L, 2000L),
            99,
            "/var/log/ä.log",
            List.of(new ReadRun(1500, 1_957_000), new ReadRun(3000, 1_957_001)));
    assertThat(StreamState.decode(state.encode())).isEqualTo(state);
  }

  /** What ends behind the path was written before readings were kept. */
  @Test
  void hasTheSameBytesAsBeforeReadingsWereKeptAndThemBehind() throws IOException {
    StreamState none = state(List.of());
    StreamState some = state(List.of(new ReadRun(7, 8)));
    byte[] bytes = some.encode();
    byte[] before = Arrays.copyOf(bytes, bytes.length - Integer.BYTES - 2 * Long.BYTES);
    assertThat(new String(before, StandardCharsets.ISO_8859_1)).endsWith("\0\2/a");
    assertThat(StreamState.decode(before)).isEqualTo(none);
    assertThat(none.encode()).startsWith(before).hasSize(before.length + Integer.BYTES);
  }

  @Test
  void refusesReadingsThatAreCutOff() {
    byte[] bytes = state(List.of(new ReadRun(7, 8))).encode();
    assertThatThrownBy(() -> StreamState.decode(Arrays.copyOf(bytes, bytes.length - 1)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void refusesBytesThatAreNoState() {
    assertThatThrownBy(() -> StreamState.decode(new byte[] {9})).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> StreamState.decode(new byte[] {1, 0})).isInstanceOf(IOException.class);
  }

  @Test
  void neverGivesAGenerationTwiceThoughAFileIsForgotten() throws IOException {
    MemoryStorage storage = new MemoryStorage();
    Checkpoints checkpoints = load(storage, 100);
    assertThat(checkpoints.fresh()).isTrue();
    assertThat(checkpoints.nextGeneration(ID)).isEqualTo(100);
    checkpoints.save(List.of(life(100)));
    assertThat(checkpoints.nextGeneration(ID)).isEqualTo(101);
    checkpoints.save(List.of(life(101)));
    assertThat(checkpoints.forget(1, List.of(ID))).isZero();
    assertThat(checkpoints.forget(1, List.of())).isEqualTo(1);
    assertThat(checkpoints.nextGeneration(ID)).isEqualTo(102);
    Checkpoints again = load(storage, 5);
    assertThat(again.fresh()).isFalse();
    assertThat(again.find(ID)).isEmpty();
    assertThat(again.nextGeneration(ID)).isEqualTo(102);
  }

  @Test
  void leavesOutLivesThatAreOver() throws IOException {
    MemoryStorage storage = new MemoryStorage();
    Checkpoints checkpoints = load(storage, 1);
    Life over = life(1);
    over.end();
    checkpoints.save(List.of(over, life(2)));
    assertThat(load(storage, 1).find(ID).orElseThrow().generation()).isEqualTo(2);
  }

  @Test
  void takesLaterGenerationsWhenAnEntryIsDamaged() throws IOException {
    MemoryStorage storage = new MemoryStorage();
    load(storage, 1).save(List.of(life(1)));
    storage.put(Map.of("file/" + ID, new byte[] {42}));
    Checkpoints checkpoints = load(storage, 500);
    assertThat(checkpoints.find(ID)).isEmpty();
    assertThat(checkpoints.nextGeneration(ID)).isEqualTo(500);
  }

  /** A position from before the damage may stand for a life that others have followed since. */
  @Test
  void takesLaterGenerationsWhenTheStorageIsDamaged() throws IOException {
    MemoryStorage storage = new MemoryStorage();
    load(storage, 1).save(List.of(life(4)));
    storage.damage();
    Checkpoints checkpoints = load(storage, 500);
    assertThat(checkpoints.find(ID).orElseThrow().generation()).isEqualTo(4);
    assertThat(checkpoints.nextGeneration(ID)).isEqualTo(500);
    assertThat(checkpoints.generationAfter(4)).isEqualTo(500);
    assertThat(checkpoints.generationAfter(600)).isEqualTo(601);
  }

  private static Checkpoints load(MemoryStorage storage, long generation) throws IOException {
    return Checkpoints.load(storage, generation, LoggerFactory.getLogger("test"));
  }

  private static StreamState state(List<ReadRun> readings) {
    return new StreamState(
        1, 5, 1, Fingerprint.EMPTY, Fingerprint.EMPTY, List.of(), 9, "/a", readings);
  }

  private static Life life(long generation) {
    return new Life(
        ID,
        "agent",
        new StreamState(
            generation, 0, 0, Fingerprint.EMPTY, Fingerprint.EMPTY, List.of(), 0, "/a", List.of()));
  }
}
