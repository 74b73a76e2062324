package io.millrace.api.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OriginsTest {

  /** What an origin should say. */
  private record Origin(String stream, long start, long end, int sub) {}

  @Test
  void keepsWhatWasAddedThroughEverything() throws Exception {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      List<Origin> expected = random(random, random.nextInt(60));
      Origins origins = build(expected);
      check(origins, expected, seed);
      check(Origins.decode(origins.encode()), expected, seed);
      assertThat(Origins.decode(origins.encode())).isEqualTo(origins).hasSameHashCodeAs(origins);

      int from = random.nextInt(expected.size() + 1);
      int to = from + random.nextInt(expected.size() - from + 1);
      check(origins.slice(from, to), expected.subList(from, to), seed);
      check(Origins.decode(origins.slice(from, to).encode()), expected.subList(from, to), seed);

      BitSet keep = new BitSet();
      List<Origin> kept = new ArrayList<>();
      for (int i = 0; i < expected.size(); i++) {
        if (random.nextBoolean()) {
          keep.set(i);
          kept.add(expected.get(i));
        }
      }
      check(origins.select(keep), kept, seed);

      List<Origin> more = random(random, 5);
      List<Origin> both = new ArrayList<>(expected);
      both.addAll(more);
      check(
          Origins.concat(List.of(origins, build(more)), new int[] {expected.size(), more.size()}),
          both,
          seed);
    }
  }

  @Test
  void numbersASequence() throws Exception {
    Origins origins = Origins.sequence("push/a/otlp/3", 1000, 1_000_000);
    assertThat(origins.size()).isEqualTo(1_000_000);
    assertThat(origins.start(999_999)).isEqualTo(1_000_999);
    assertThat(origins.end(999_999)).isEqualTo(1_001_000);
    assertThat(origins.encode().length).isLessThan(40);
    assertThat(Origins.decode(origins.encode())).isEqualTo(origins);
    assertThat(Origins.sequence("s", 0, 0)).isSameAs(Origins.NONE);
  }

  @Test
  void takesAFewBytesForARecordOfAFile() {
    Origins.Builder builder = Origins.builder();
    for (int i = 0; i < 1000; i++) {
      builder.add("file/4711/8-15/0", 100L * i, 100L * i + 100, 0);
    }
    assertThat(builder.build().encode().length).isLessThan(2100);
  }

  @Test
  void namesTheStretchesOfEachStream() {
    Origins origins =
        Origins.builder()
            .add("a", 0, 10, 0)
            .add("a", 10, 12, 0)
            .add("b", 0, 1, 0)
            .add("a", 12, 13, 0)
            .build();
    assertThat(origins.runs())
        .containsExactly(
            new Origins.Run("a", 0, 2), new Origins.Run("b", 2, 3), new Origins.Run("a", 3, 4));
    Origins joined =
        Origins.concat(List.of(origins, Origins.sequence("a", 13, 2)), new int[] {4, 2});
    assertThat(joined.runs()).last().isEqualTo(new Origins.Run("a", 3, 6));
    assertThat(Origins.NONE.runs()).isEmpty();
  }

  @Test
  void fillsInItemsWithoutAnOrigin() throws Exception {
    Origins joined =
        Origins.concat(List.of(Origins.sequence("s", 5, 1), Origins.NONE), new int[] {1, 2});
    assertThat(joined.size()).isEqualTo(3);
    assertThat(joined.stream(2)).isEmpty();
    assertThat(joined.documentId(2)).isEmpty();
    assertThat(joined.documentId(0)).isNotEmpty();
    assertThat(Origins.decode(joined.encode())).isEqualTo(joined);
    assertThat(Origins.concat(List.of(Origins.NONE, Origins.NONE), new int[] {3, 4}))
        .isSameAs(Origins.NONE);
    assertThatThrownBy(() -> Origins.concat(List.of(joined), new int[] {2}))
        .hasMessage("origins: 3 (expected: 2, one per item)");
  }

  @Test
  void givesDifferentItemsDifferentIdsAndTheSameItemTheSame() throws Exception {
    Set<Origin> origins = new HashSet<>();
    Random random = new Random(1);
    while (origins.size() < 20_000) {
      origins.addAll(random(random, 20));
    }
    List<Origin> distinct = new ArrayList<>(origins);
    Origins built = build(distinct);
    Origins decoded = Origins.decode(built.encode());
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < built.size(); i++) {
      ids.add(built.documentId(i));
      assertThat(decoded.documentId(i)).isEqualTo(built.documentId(i));
    }
    assertThat(ids).hasSize(distinct.size());
    assertThat(ids).allMatch(id -> id.matches("[A-Za-z0-9_-]{18,60}"));
  }

  @Test
  void keepsTheIdsOfEarlierReleases() {
    Origins origins =
        Origins.builder()
            .add("file/agent/8-15/0", 0, 36, 0)
            .add("file/agent/8-15/0", 36, 72, 2)
            .build();
    assertThat(origins.documentId(0)).isEqualTo("3kr1QvWl6x8zjsLW-0-10");
    assertThat(origins.documentId(1)).isEqualTo("3kr1QvWl6x8zjsLW-10-20-2");
  }

  @Test
  void refusesWhatIsNoOrigin() {
    Origins.Builder builder = Origins.builder();
    assertThatThrownBy(() -> builder.add("", 0, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.add("s", -1, 1, 0)).hasMessage("origin: \"s\" -1 to 1, sub 0");
    assertThatThrownBy(() -> builder.add("s", 2, 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.add("s", 0, 1, -1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Origins.sequence("s", Long.MAX_VALUE, 2))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Origins.sequence("s", 0, 3).start(3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void throwsNothingElseOnBrokenBytes() {
    int broken = 0;
    for (int seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      byte[] bytes = build(random(random, 1 + random.nextInt(30))).encode();
      for (int length = 0; length < bytes.length; length += 1 + length / 40) {
        broken += decodes(Arrays.copyOf(bytes, length)) ? 0 : 1;
      }
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      broken += decodes(bytes) ? 0 : 1;
    }
    assertThat(broken).isGreaterThan(5000);
    assertThat(decodes(new byte[] {1, 0, 0, 0})).isFalse();
    assertThat(decodes(new byte[] {2, 0, 0})).isFalse();
  }

  private static boolean decodes(byte[] bytes) {
    try {
      Origins origins = Origins.decode(bytes);
      for (int i = 0; i < Math.min(1000, origins.size()); i++) {
        assertThat(origins.end(i)).isGreaterThanOrEqualTo(origins.start(i));
        assertThat(origins.sub(i)).isNotNegative();
      }
      return true;
    } catch (MalformedTelemetryException e) {
      return false;
    }
  }

  private static List<Origin> random(Random random, int count) {
    List<Origin> origins = new ArrayList<>();
    String stream = "s0";
    long at = random.nextInt(1000);
    for (int i = 0; i < count; i++) {
      if (random.nextInt(6) == 0) {
        stream = "file/" + random.nextInt(4);
        at = random.nextLong() >>> (2 + random.nextInt(60));
      }
      long end = at + (random.nextInt(3) == 0 ? 1 : random.nextInt(500));
      origins.add(new Origin(stream, at, end, random.nextInt(5) == 0 ? random.nextInt(9) : 0));
      at = random.nextInt(5) == 0 ? Math.max(0, at - random.nextInt(50)) : end;
    }
    return origins;
  }

  private static Origins build(List<Origin> origins) {
    Origins.Builder builder = Origins.builder();
    origins.forEach(o -> builder.add(o.stream, o.start, o.end, o.sub));
    return builder.build();
  }

  private static void check(Origins actual, List<Origin> expected, int seed) {
    List<Origin> found = new ArrayList<>();
    for (int i = 0; i < actual.size(); i++) {
      found.add(new Origin(actual.stream(i), actual.start(i), actual.end(i), actual.sub(i)));
    }
    assertThat(found).describedAs("seed %d", seed).isEqualTo(expected);
    assertThat(actual.isNone()).isEqualTo(expected.isEmpty());
  }
}
