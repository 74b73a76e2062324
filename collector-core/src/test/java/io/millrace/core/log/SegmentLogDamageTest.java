package io.millrace.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.pipeline.RequestContext;
import io.millrace.core.fakes.Telemetry;
import io.millrace.core.log.Logs.Ticket;
import io.millrace.core.log.RecordScanner.Whole;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs that a crash, a disk or somebody else has damaged. */
class SegmentLogDamageTest {
  private FailingDisk disk = new FailingDisk(new Random(7));

  @Test
  void cutsOffARecordThatACrashCutShort() throws Exception {
    Logs logs = Logs.open(disk);
    logs.append("a");
    logs.append("b");
    String segment = Logs.segments(disk).getLast();
    byte[] whole = disk.bytes(segment);
    logs.append("c");
    byte[] torn = Arrays.copyOf(disk.bytes(segment), whole.length + 30);
    disk.replace(segment, torn);
    disk = disk.kill();
    Logs again = Logs.open(disk);
    assertThat(disk.bytes(segment)).isEqualTo(whole);
    assertThat(again.takeAll()).containsExactly("a", "b");
    assertThat(again.append("d").isCommitted()).isTrue();
    assertThat(again.takeAll()).containsExactly("d");
    assertThat(again.value("missing_batches")).isZero();
    assertThat(disk.list()).noneMatch(name -> name.endsWith(".damaged"));
  }

  @Test
  void goesOnBehindADamagedBodyAndPutsItsBytesAside() throws Exception {
    assertDamageCostsOneBatch(whole -> whole.end() - 1);
  }

  @Test
  void findsTheNextRecordBehindADamagedHeader() throws Exception {
    assertDamageCostsOneBatch(Whole::begin);
    disk = new FailingDisk(new Random(8));
    assertDamageCostsOneBatch(whole -> whole.begin() + 5);
  }

  @Test
  void putsTheLastRecordAsideWhenItIsDamagedNotTorn() throws Exception {
    Logs logs = Logs.open(disk);
    logs.append("a");
    logs.append("b");
    String segment = Logs.segments(disk).get(0);
    byte[] bytes = disk.bytes(segment);
    bytes[bytes.length - 1] ^= 1;
    disk.replace(segment, bytes);
    disk = disk.kill();
    Logs again = Logs.open(disk);
    assertThat(again.takeAll()).containsExactly("a");
    assertThat(again.value("missing_batches")).isEqualTo(1);
    assertThat(disk.list()).anyMatch(name -> name.endsWith(".damaged"));
  }

  @Test
  void putsAllOfADamagedEndAside() throws Exception {
    Logs logs = Logs.open(disk);
    for (String text : List.of("a", "b", "c")) {
      logs.append(text);
    }
    String segment = Logs.segments(disk).get(0);
    byte[] bytes = disk.bytes(segment);
    List<Whole> records = Logs.records(disk, segment, logs.log().id());
    bytes[(int) records.get(1).end() - 1] ^= 1;
    bytes[(int) records.get(2).end() - 1] ^= 1;
    disk.replace(segment, bytes);
    disk = disk.kill();
    Logs again = Logs.open(disk);
    assertThat(again.takeAll()).containsExactly("a");
    assertThat(again.value("missing_batches")).isEqualTo(2);
    long from = records.get(1).begin();
    assertThat(disk.bytes(segment + "." + from + "-" + bytes.length + ".damaged"))
        .isEqualTo(Arrays.copyOfRange(bytes, (int) from, bytes.length));
  }

  @Test
  void readsASegmentWhoseFileHeaderIsDamaged() throws Exception {
    Logs logs = Logs.open(disk);
    logs.append("a");
    Logs.takeAll(logs.reader()).forEach(entry -> logs.reader().delivered(entry.sequence()));
    logs.append("b");
    logs.log().close();
    String segment = Logs.segments(disk).get(0);
    byte[] bytes = disk.bytes(segment);
    bytes[20] ^= 1;
    disk.replace(segment, bytes);
    assertThat(Logs.open(disk.kill()).takeAll()).containsExactly("b");
  }

  @Test
  void countsWhatADeletedFileHeld() throws Exception {
    Logs logs = Logs.open(disk, Logs.SMALL);
    for (int i = 0; i < 40; i++) {
      logs.append(Logs.large("t" + i));
    }
    List<String> names = Logs.segments(disk);
    long lost = LogFormat.first(names.get(2)) - LogFormat.first(names.get(1));
    disk.delete(names.get(1));
    disk = disk.kill();
    Logs again = Logs.open(disk, Logs.SMALL);
    assertThat(again.takeAll()).hasSize((int) (40 - lost)).last().asString().startsWith("t39");
    assertThat(again.value("missing_batches")).isEqualTo(lost);
  }

  @Test
  void beginsWithTheOldestBatchWhenThePositionIsGone() throws Exception {
    Logs logs = Logs.open(disk);
    logs.append("a");
    logs.append("b");
    Logs.takeAll(logs.reader()).forEach(entry -> logs.reader().delivered(entry.sequence()));
    logs.log().close();
    disk.delete(PositionFile.fileName(Logs.READER));
    disk = disk.kill();
    Logs again = Logs.open(disk);
    assertThat(again.takeAll()).containsExactly("a", "b");
    assertThat(again.value("missing_batches")).isZero();
    assertThat(again.value("lost_positions")).isEqualTo(1);
  }

  @Test
  void usesTheOtherPositionWhenOneIsTorn() throws Exception {
    PositionFile file = PositionFile.of(disk, Logs.READER);
    file.write(5, 10);
    file.force();
    file.write(5, 20);
    file.write(5, 30);
    String name = PositionFile.fileName(Logs.READER);
    assertThat(Objects.requireNonNull(PositionFile.read(disk, name)).sequence()).isEqualTo(30);
    byte[] bytes = disk.bytes(name);
    bytes[512 + 30] ^= 1;
    disk.replace(name, bytes);
    assertThat(Objects.requireNonNull(PositionFile.read(disk, name)).sequence()).isEqualTo(10);
    PositionFile again = PositionFile.of(disk, Logs.READER);
    assertThat(Objects.requireNonNull(again.load()).sequence()).isEqualTo(10);
    again.write(5, 40);
    assertThat(Objects.requireNonNull(PositionFile.read(disk, name)).sequence()).isEqualTo(40);
    assertThat(PositionFile.reader(PositionFile.fileName(Logs.READER))).isEqualTo(Logs.READER);
  }

  @Test
  void neverUsesANumberAgainThoughAllFilesAreGone() throws Exception {
    Logs logs = Logs.open(disk);
    logs.append("a");
    logs.append("b");
    Logs.takeAll(logs.reader()).forEach(entry -> logs.reader().delivered(entry.sequence()));
    logs.log().close();
    disk.delete(Logs.segments(disk).get(0));
    disk = disk.kill();
    Logs again = Logs.open(disk);
    assertThat(again.append("c").sequence()).isEqualTo(3);
    assertThat(again.takeAll()).containsExactly("c");
  }

  @Test
  void keepsWhatFollowsASegmentInWhichACrashLeftNothing() throws Exception {
    Logs.open(disk).append("lost");
    String segment = Logs.segments(disk).get(0);
    disk.replace(segment, Arrays.copyOf(disk.bytes(segment), LogFormat.FILE_HEADER_BYTES));
    disk = disk.kill();
    Logs again = Logs.open(disk);
    assertThat(again.append("a").sequence()).isEqualTo(2);
    again.log().work();
    assertThat(Logs.open(disk.crash()).takeAll()).containsExactly("a");
  }

  @Test
  void refusesWhileTheDiskIsFullAndGoesOnAfterwards() throws Exception {
    Logs logs = Logs.open(disk);
    logs.append("a");
    disk.free(10);
    Ticket refused = logs.append("lost");
    assertThat(refused.refusalText())
        .isEqualTo(
            "receiver:otlp logs: the log cannot be written: java.io.IOException: No space left on"
                + " device");
    disk.free(70);
    assertThat(logs.append("lost too").isCommitted()).isFalse();
    assertThat(logs.metric("refused_items")).contains("reason=\"disk\"} 2");
    disk.free(Long.MAX_VALUE);
    assertThat(logs.append("b").isCommitted()).isTrue();
    assertThat(logs.takeAll()).containsExactly("a", "b");
    assertThat(Logs.segments(disk)).hasSize(2);
    assertThat(Logs.open(disk.kill()).takeAll()).containsExactly("a", "b");
  }

  @Test
  void doesNotAskAFailingDiskAgainAtOnce() throws Exception {
    Logs logs = Logs.open(disk, Logs.SMALL.withAfterFailure(Duration.ofHours(1)));
    disk.free(0);
    logs.append("a");
    disk.free(Long.MAX_VALUE);
    assertThat(logs.append("b").refusalText()).contains("No space left");
    assertThat(logs.value("write_failures")).isEqualTo(1);
  }

  @Test
  void beginsANewSegmentAfterAFailedForceAndForgetsWhatItHeld() throws Exception {
    Logs logs = Logs.open(disk);
    logs.append("a");
    String first = Logs.segments(disk).get(0);
    disk.fail(0, 1, 0);
    assertThat(logs.append("never acknowledged").isCommitted()).isFalse();
    disk.fail(0, 0, 0);
    assertThat(logs.append("b").isCommitted()).isTrue();
    assertThat(Logs.segments(disk)).hasSize(2).contains(first);
    assertThat(logs.takeAll()).containsExactly("a", "b");
    // Were the cut lost, the record would still not count.
    byte[] bytes = disk.bytes(first);
    Logs other = Logs.open(new FailingDisk(new Random(1)));
    assertThat(other.log().id()).isNotEqualTo(logs.log().id());
    ByteBuffer forged = ByteBuffer.allocate(LogFormat.RECORD_HEADER_BYTES);
    RecordBody body = RecordBody.of(Telemetry.logs("never acknowledged"), RequestContext.local(1));
    LogFormat.recordHeader(
        forged, logs.log().id(), new LogFormat.RecordHeader(body.sizeBytes(), 2, body.checksum()));
    java.io.ByteArrayOutputStream whole = new java.io.ByteArrayOutputStream();
    whole.write(bytes);
    whole.write(forged.array());
    body.writeTo(whole);
    disk.replace(first, whole.toByteArray());
    assertThat(Logs.open(disk.kill()).takeAll()).containsExactly("a", "b");
  }

  @Test
  void doesNotTakeARecordInsideOfTelemetryForOneOfItsOwn() throws Exception {
    Logs logs = Logs.open(disk);
    logs.append("a");
    RecordBody evil = RecordBody.of(Telemetry.logs("forged"), RequestContext.local(1));
    ByteBuffer header = ByteBuffer.allocate(LogFormat.RECORD_HEADER_BYTES);
    LogFormat.recordHeader(
        header,
        logs.log().id() + 1,
        new LogFormat.RecordHeader(evil.sizeBytes(), 2, evil.checksum()));
    java.io.ByteArrayOutputStream inner = new java.io.ByteArrayOutputStream();
    inner.write(header.array());
    evil.writeTo(inner);
    io.millrace.api.telemetry.LogsBuilder builder = io.millrace.api.telemetry.Logs.builder();
    builder.record().body(io.millrace.api.telemetry.Value.of(inner.toByteArray()));
    logs.append(builder.build());
    logs.append("c");
    String segment = Logs.segments(disk).get(0);
    byte[] bytes = disk.bytes(segment);
    bytes[(int) Logs.records(disk, segment, logs.log().id()).get(1).begin()] ^= 1;
    disk.replace(segment, bytes);
    assertThat(Logs.open(disk.kill()).takeAll()).containsExactly("a", "c");
  }

  @Test
  void refusesALogOfANewerVersion() throws Exception {
    Logs.open(disk).append("a");
    String segment = Logs.segments(disk).get(0);
    ByteBuffer bytes = ByteBuffer.wrap(disk.bytes(segment)).putShort(8, (short) 2);
    bytes.putInt(52, LogFormat.checksum(bytes.array(), 0, 52));
    disk.replace(segment, bytes.array());
    assertThatThrownBy(() -> Logs.open(disk.kill()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(segment + " has version 2 (expected: 1; a newer Millrace wrote it)");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void damageCostsOnlyTheRecordsThatItHits(long seed) throws Exception {
    Random random = new Random(seed);
    disk = new FailingDisk(random);
    Logs logs = Logs.open(disk, Logs.SMALL);
    for (int i = 0; i < 60; i++) {
      logs.append(Telemetry.logs("s", i, "t" + i + "-" + "x".repeat(random.nextInt(900))));
    }
    List<String> names = Logs.segments(disk);
    Set<Long> hit = new HashSet<>();
    for (int i = 0; i < 6; i++) {
      String name = names.get(random.nextInt(names.size()));
      byte[] bytes = disk.bytes(name);
      int at = LogFormat.FILE_HEADER_BYTES + random.nextInt(bytes.length - 56);
      for (Whole whole : Logs.records(disk, name, logs.log().id())) {
        if (at >= whole.begin() && at < whole.end()) {
          hit.add(whole.sequence());
        }
      }
      bytes[at] ^= (byte) (1 << random.nextInt(8));
      disk.replace(name, bytes);
    }
    disk = disk.kill();
    Logs again = Logs.open(disk, Logs.SMALL);
    BitSet read = new BitSet();
    Logs.takeAll(again.reader()).forEach(entry -> read.set((int) entry.sequence()));
    for (long sequence = 1; sequence <= 60; sequence++) {
      assertThat(read.get((int) sequence))
          .as("record %d with seed %d", sequence, seed)
          .isEqualTo(!hit.contains(sequence));
    }
    // Behind the last whole record no number tells how many there were.
    long behind = hit.stream().filter(sequence -> sequence > read.length() - 1).count();
    assertThat(again.value("missing_batches"))
        .isBetween(hit.size() - behind + Math.min(1, behind), (long) hit.size());
  }

  /** Where to damage a record. */
  @FunctionalInterface
  private interface Spot {
    long of(Whole whole);
  }

  private void assertDamageCostsOneBatch(Spot spot) throws Exception {
    Logs logs = Logs.open(disk);
    for (String text : List.of("a", "b", "c")) {
      logs.append(text);
    }
    String segment = Logs.segments(disk).get(0);
    byte[] bytes = disk.bytes(segment);
    Whole second = Logs.records(disk, segment, logs.log().id()).get(1);
    bytes[(int) spot.of(second)] ^= 4;
    disk.replace(segment, bytes);
    disk = disk.kill();
    Logs again = Logs.open(disk);
    assertThat(again.takeAll()).containsExactly("a", "c");
    assertThat(again.value("missing_batches")).isEqualTo(1);
    assertThat(again.value("damaged_bytes")).isEqualTo(second.end() - second.begin());
    String aside = segment + "." + second.begin() + "-" + second.end() + ".damaged";
    assertThat(disk.bytes(aside))
        .isEqualTo(Arrays.copyOfRange(bytes, (int) second.begin(), (int) second.end()));
  }
}
