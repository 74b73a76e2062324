package io.millrace.api.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DoorTest {

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROFILES")
  void acceptsWhatTheOracleAcceptsAndKeepsItsMeaning(Signal signal) throws Exception {
    for (int seed = 0; seed < 400; seed++) {
      RandomOtlp random = new RandomOtlp(seed, seed % 3 != 0);
      byte[] bytes = random.encode(random.request(signal));
      Batch batch = Batch.read(signal, bytes.clone());
      assertThat(Oracle.parse(signal, batch.toBytes()))
          .describedAs("%s, seed %d", signal, seed)
          .isEqualTo(Oracle.parse(signal, bytes));
      assertThat(batch.itemCount())
          .describedAs("%s, seed %d", signal, seed)
          .isEqualTo(Oracle.items(Oracle.parse(signal, bytes)).size());
      assertThat(batch.sizeBytes()).isEqualTo(batch.toBytes().length);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROFILES")
  void refusesTruncatedBytesExactlyWhereTheOracleDoes(Signal signal) {
    int accepted = 0;
    int requests = 0;
    for (int seed = 0; requests < 12; seed++) {
      RandomOtlp random = new RandomOtlp(seed, true);
      byte[] bytes = random.encode(random.request(signal));
      if (bytes.length > 2500) {
        continue; // Too long to be cut at every byte.
      }
      requests++;
      for (int length = 0; length < bytes.length; length++) {
        byte[] truncated = Arrays.copyOf(bytes, length);
        boolean read = reads(signal, truncated, seed);
        accepted += read ? 1 : 0;
        assertThat(read)
            .describedAs("%s, seed %d, %d of %d bytes", signal, seed, length, bytes.length)
            .isEqualTo(Oracle.accepts(signal, truncated));
      }
    }
    assertThat(accepted).isPositive();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROFILES")
  void neverFailsOnceChangedBytesWereAccepted(Signal signal) throws Exception {
    int accepted = 0;
    for (int seed = 0; seed < 600; seed++) {
      RandomOtlp otlp = new RandomOtlp(seed, true);
      byte[] bytes = otlp.encode(otlp.request(signal));
      Random random = new Random(seed);
      for (int i = 0; i < 3 && bytes.length > 0; i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      if (reads(signal, bytes, seed)) {
        accepted++;
        Batch batch = Batch.read(signal, bytes.clone());
        ReadEverything.of(batch);
        if (Oracle.accepts(signal, bytes)) {
          assertThat(Oracle.parse(signal, batch.toBytes()))
              .describedAs("%s, seed %d", signal, seed)
              .isEqualTo(Oracle.parse(signal, bytes));
        }
      } else if (Oracle.accepts(signal, bytes)) {
        // The oracle lets the tenth byte of a varint go on, cuts tags to 32 bits and knows groups.
        byte[] refused = bytes;
        assertThatThrownBy(() -> Batch.read(signal, refused))
            .describedAs("%s, seed %d", signal, seed)
            .hasMessageMatching(
                "Wire type [34] in .*|(Truncated|Overlong) varint .*|Tag of more than 32 bits .*|Length beyond .*");
      }
    }
    assertThat(accepted).isGreaterThan(100);
  }

  @ParameterizedTest
  @EnumSource
  void readsNothingAsNothing(Signal signal) throws Exception {
    Batch batch = Batch.read(signal, new byte[0]);
    assertThat(batch.isEmpty()).isTrue();
    assertThat(batch.toBytes()).isEmpty();
    assertThat(batch.splitByItems(1)).containsExactly(batch);
    assertThat(batch.splitByBytes(1)).containsExactly(batch);
  }

  @Test
  void refusesGroups() {
    byte[] group = {0x0b, 0x0c};
    assertThatThrownBy(() -> Batch.read(Signal.LOGS, group))
        .isInstanceOf(MalformedTelemetryException.class)
        .hasMessage("Wire type 3 in ExportLogsServiceRequest at byte 0");
  }

  @Test
  void refusesFieldNumberZero() {
    assertThatThrownBy(() -> Batch.read(Signal.LOGS, new byte[] {0x00, 0x01}))
        .hasMessage("Field number 0 in ExportLogsServiceRequest at byte 0");
  }

  @Test
  void refusesALengthBeyondTheMessageAroundIt() {
    // A group of 4 bytes whose scope claims 9; behind them there would be enough.
    byte[] bytes = {0x0a, 0x04, 0x12, 0x09, 0x12, 0x00, 0x1a, 0x05, 1, 2, 3, 4, 5};
    assertThatThrownBy(() -> Batch.read(Signal.LOGS, bytes))
        .hasMessage("Truncated field of ResourceLogs at byte 2")
        .extracting(e -> ((MalformedTelemetryException) e).offset())
        .isEqualTo(2);
  }

  @Test
  void refusesAVarintOfMoreThanTenBytes() {
    byte[] bytes = new byte[13];
    Arrays.fill(bytes, (byte) 0x80);
    bytes[0] = 0x58;
    bytes[12] = 0;
    assertThatThrownBy(() -> Batch.read(Signal.LOGS, bytes))
        .hasMessage("Overlong varint at byte 0");
  }

  @Test
  void countsOffsetsFromTheBeginningOfTheRange() {
    byte[] bytes = {9, 9, 9, 0x0a, 0x05, 9};
    assertThatThrownBy(() -> Batch.read(Signal.LOGS, bytes, 3, 3))
        .hasMessage("Truncated field of ExportLogsServiceRequest at byte 0");
  }

  @Test
  void bearsAsMuchNestingAsTheOracleAndNoMore() {
    for (int levels = 40; levels < 60; levels++) {
      byte[] bytes = nested(levels);
      assertThat(reads(Signal.LOGS, bytes, levels))
          .describedAs("%d levels", levels)
          .isEqualTo(Oracle.accepts(Signal.LOGS, bytes));
    }
    assertThatThrownBy(() -> Batch.read(Signal.LOGS, nested(5000)))
        .hasMessageStartingWith("More than 100 messages nested");
  }

  @Test
  void refusesRequestsThatAreLittleElseThanEmptyGroups() throws Exception {
    int most = 4 + Door.MAX_EMPTY_CONTAINERS;
    byte[] one = field(1, field(2, field(2, new byte[0])));
    byte[] bytes = new byte[one.length + 2 * most];
    System.arraycopy(one, 0, bytes, 0, one.length);
    for (int at = one.length; at < bytes.length; at += 2) {
      bytes[at] = (byte) Wire.tag(1, Wire.LEN);
    }
    // Two containers are around the record.
    assertThat(Batch.read(Signal.LOGS, bytes, 0, bytes.length - 4).itemCount()).isEqualTo(1);
    assertThatThrownBy(() -> Batch.read(Signal.LOGS, bytes, 0, bytes.length - 2))
        .isInstanceOf(MalformedTelemetryException.class)
        .hasMessageStartingWith(
            (most + 1) + " groups, scopes and metrics around 1 items (expected: at most " + most);
  }

  @Test
  void readsARangeOfAnArray() throws Exception {
    RandomOtlp random = new RandomOtlp(7, false);
    byte[] bytes = random.encode(random.request(Signal.TRACES));
    byte[] framed = new byte[bytes.length + 9];
    System.arraycopy(bytes, 0, framed, 5, bytes.length);
    Batch batch = Batch.read(Signal.TRACES, framed, 5, bytes.length);
    assertThat(batch.toBytes()).isEqualTo(bytes);
    assertThat(batch.retainedBytes()).isGreaterThan(framed.length);
  }

  /** A log record whose body is a list in a list in a list. */
  private static byte[] nested(int levels) {
    byte[] content = {};
    for (int i = 0; i < levels; i++) {
      content = field(5, field(1, content));
    }
    return field(1, field(2, field(2, field(5, content))));
  }

  private static byte[] field(int number, byte[] content) {
    WireWriter out = new WireWriter(content.length + 8);
    out.bytesField(Wire.tag(number, Wire.LEN), content, 0, content.length);
    return out.toBytes();
  }

  private static boolean reads(Signal signal, byte[] bytes, int seed) {
    try {
      Batch.read(signal, bytes.clone());
      return true;
    } catch (MalformedTelemetryException e) {
      assertThat(e.offset()).describedAs("%s, seed %d", signal, seed).isBetween(-1, bytes.length);
      return false;
    }
  }
}
