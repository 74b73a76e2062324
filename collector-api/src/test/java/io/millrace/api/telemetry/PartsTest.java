package io.millrace.api.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PartsTest {

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROFILES")
  void slicesAndSelectsLikeTheOracle(Signal signal) throws Exception {
    for (int seed = 0; seed < 250; seed++) {
      Random random = new Random(seed);
      Batch batch = random(signal, seed);
      Message whole = Oracle.parse(signal, batch.toBytes());
      int from = random.nextInt(batch.itemCount() + 1);
      int to = from + random.nextInt(batch.itemCount() - from + 1);
      BitSet keep = new BitSet();
      for (int i = 0; i < batch.itemCount() + 3; i++) {
        keep.set(i, random.nextInt(3) > 0);
      }
      boolean all = from == 0 && to == batch.itemCount();
      check(
          batch.slice(from, to),
          all ? whole : Oracle.select(whole, i -> i >= from && i < to),
          seed);
      all = keep.nextClearBit(0) >= batch.itemCount();
      check(batch.select(keep), all ? whole : Oracle.select(whole, keep::get), seed);
      Batch filtered = batch.filter(item -> keep.get(item.index()));
      check(filtered, all ? whole : Oracle.select(whole, keep::get), seed);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROFILES")
  void splitsLikeTheOracle(Signal signal) throws Exception {
    for (int seed = 0; seed < 250; seed++) {
      Batch batch = random(signal, seed);
      Message whole = Oracle.parse(signal, batch.toBytes());
      int maxItems = 1 + new Random(seed).nextInt(5);
      int begin = 0;
      List<Batch> parts = batch.splitByItems(maxItems);
      for (Batch part : parts) {
        int from = begin;
        int to = begin + part.itemCount();
        assertThat(part.itemCount()).isLessThanOrEqualTo(maxItems);
        check(
            part,
            part.equals(batch) ? whole : Oracle.select(whole, i -> i >= from && i < to),
            seed);
        begin = to;
      }
      assertThat(begin).isEqualTo(batch.itemCount());
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROFILES")
  void splitsByBytesAsFullAsAllowed(Signal signal) throws Exception {
    for (int seed = 0; seed < 250; seed++) {
      Batch batch = random(signal, seed);
      Message whole = Oracle.parse(signal, batch.toBytes());
      int maxBytes = 1 + new Random(seed).nextInt(batch.sizeBytes() + 10);
      int begin = 0;
      List<Batch> parts = batch.splitByBytes(maxBytes);
      for (Batch part : parts) {
        int from = begin;
        int to = begin + part.itemCount();
        check(
            part,
            part.equals(batch) ? whole : Oracle.select(whole, i -> i >= from && i < to),
            seed);
        if (part.itemCount() > 1) {
          assertThat(part.sizeBytes()).describedAs("seed %d", seed).isLessThanOrEqualTo(maxBytes);
        }
        if (to < batch.itemCount()) {
          assertThat(batch.slice(from, to + 1).sizeBytes())
              .describedAs("%s, seed %d: one more item would fit", signal, seed)
              .isGreaterThan(maxBytes);
        }
        begin = to;
      }
      assertThat(begin).isEqualTo(batch.itemCount());
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROFILES")
  void joinsWithoutCopyingAndReadsOn(Signal signal) throws Exception {
    for (int seed = 0; seed < 100; seed++) {
      List<Batch> batches =
          List.of(random(signal, seed), random(signal, seed + 1), random(signal, seed + 2));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (Batch batch : batches) {
        batch.writeTo(bytes);
      }
      Batch joined = Batch.concat(batches);
      check(joined, Oracle.parse(signal, bytes.toByteArray()), seed);
      check(joined.compact(), Oracle.parse(signal, bytes.toByteArray()), seed);
      Message whole = Oracle.parse(signal, joined.toBytes());
      int from = joined.itemCount() / 3;
      int to = joined.itemCount() - joined.itemCount() / 4;
      if (to - from < joined.itemCount()) {
        Message expected = Oracle.select(whole, i -> i >= from && i < to);
        // Unknown fields of a request go where its items go.
        assertThat(Oracle.items(Oracle.parse(signal, joined.slice(from, to).toBytes())))
            .isEqualTo(Oracle.items(expected));
      }
      List<Integer> indexes = new ArrayList<>();
      joined.forEachItem((group, scope, item) -> indexes.add(item.index()));
      List<Integer> byGroups = new ArrayList<>();
      joined
          .groups()
          .forEach(
              group ->
                  group
                      .scopes()
                      .forEach(scope -> scope.items().forEach(item -> byGroups.add(item.index()))));
      assertThat(indexes).hasSize(joined.itemCount()).isEqualTo(byGroups);
      assertThat(indexes).isSorted();
    }
  }

  @Test
  void keepsOriginsWithTheirItems() throws Exception {
    Batch batch = items(Signal.LOGS, 10).withOrigins(Origins.sequence("file/a", 100, 10));
    BitSet even = new BitSet();
    for (int i = 0; i < 10; i += 2) {
      even.set(i);
    }
    assertThat(batch.select(even).origins().start(3)).isEqualTo(106);
    assertThat(batch.slice(4, 9).origins().start(0)).isEqualTo(104);
    assertThat(batch.splitByItems(3).get(3).origins().start(0)).isEqualTo(109);
    Batch joined =
        Batch.concat(List.of(batch.slice(0, 2), items(Signal.LOGS, 3), batch.slice(5, 6)));
    assertThat(joined.origins().runs())
        .containsExactly(
            new Origins.Run("file/a", 0, 2),
            new Origins.Run("", 2, 5),
            new Origins.Run("file/a", 5, 6));
    assertThat(Batch.concat(List.of(items(Signal.LOGS, 1), items(Signal.LOGS, 1))).origins())
        .isSameAs(Origins.NONE);
  }

  @Test
  void refusesOriginsThatDoNotFit() throws Exception {
    Batch batch = items(Signal.LOGS, 4);
    assertThatThrownBy(() -> batch.withOrigins(Origins.sequence("s", 0, 3)))
        .hasMessage("origins: 3 (expected: 4, one per item)");
  }

  @Test
  void compactsToItsOwnSize() throws Exception {
    byte[] bytes = items(Signal.LOGS, 50).toBytes();
    byte[] framed = Arrays.copyOf(bytes, 100 * bytes.length);
    Batch slice = Batch.read(Signal.LOGS, framed, 0, bytes.length);
    assertThat(slice.retainedBytes()).isGreaterThan(framed.length);
    assertThat(slice.compact().retainedBytes()).isLessThan(bytes.length + 400L);
    Batch compact = slice.compact();
    assertThat(compact.compact()).isSameAs(compact);
    assertThat(compact.toBytes()).isEqualTo(bytes);
  }

  @Test
  void refusesToJoinSignals() {
    assertThatThrownBy(
            () -> Batch.concat(List.of(Batch.empty(Signal.LOGS), Batch.empty(Signal.TRACES))))
        .hasMessage("batch of traces (expected: logs)");
    assertThatThrownBy(() -> Batch.concat(List.of()))
        .hasMessage("batches: none (expected: at least one)");
  }

  @Test
  void givesItselfWhereNothingIsCut() throws Exception {
    Batch batch = items(Signal.LOGS, 4);
    BitSet all = new BitSet();
    all.set(0, 4);
    assertThat(batch.slice(0, 4)).isSameAs(batch);
    assertThat(batch.select(all)).isSameAs(batch);
    assertThat(batch.splitByItems(4)).containsExactly(batch);
    assertThat(batch.splitByBytes(batch.sizeBytes())).containsExactly(batch);
    assertThat(batch.select(new BitSet()).isEmpty()).isTrue();
    assertThat(batch.select(new BitSet()).sizeBytes()).isZero();
  }

  @Test
  void handsOutItsBytesAsReadOnlyBuffers() throws Exception {
    Batch batch = items(Signal.LOGS, 4);
    byte[] bytes = new byte[batch.sizeBytes()];
    batch.byteBuffers().forEach(buffer -> buffer.get(bytes));
    assertThat(bytes).isEqualTo(batch.toBytes());
    assertThat(batch.byteBuffers().get(0).isReadOnly()).isTrue();
  }

  static Batch random(Signal signal, long seed) throws MalformedTelemetryException {
    RandomOtlp random = new RandomOtlp(seed, seed % 2 == 0);
    return Batch.read(signal, random.encode(random.request(signal)));
  }

  static Batch items(Signal signal, int count) throws MalformedTelemetryException {
    List<Batch> batches = new ArrayList<>();
    for (long seed = 1; Batch.concat(start(batches, signal)).itemCount() < count; seed++) {
      batches.add(random(signal, seed));
    }
    return Batch.concat(batches).compact().slice(0, count);
  }

  private static List<Batch> start(List<Batch> batches, Signal signal) {
    return batches.isEmpty() ? List.of(Batch.empty(signal)) : batches;
  }

  private static void check(Batch actual, Message expected, int seed) throws Exception {
    Signal signal = actual.signal();
    assertThat(Oracle.parse(signal, actual.toBytes()))
        .describedAs("%s, seed %d", signal, seed)
        .isEqualTo(expected);
    assertThat(actual.itemCount())
        .describedAs("%s, seed %d", signal, seed)
        .isEqualTo(Oracle.items(expected).size());
    assertThat(actual.sizeBytes()).isEqualTo(actual.toBytes().length);
    assertThat(Batch.read(signal, actual.toBytes()).itemCount()).isEqualTo(actual.itemCount());
  }
}
