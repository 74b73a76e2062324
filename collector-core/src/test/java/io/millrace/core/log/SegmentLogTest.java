package io.millrace.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.config.DataSize;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Origins;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.fakes.Await;
import io.millrace.core.fakes.Telemetry;
import io.millrace.core.log.Logs.Ticket;
import io.millrace.core.log.RecordScanner.Found;
import io.millrace.core.log.RecordScanner.Whole;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentLogTest {
  private static final LogSettings SMALL = Logs.settings(DataSize.ofBytes(64 << 10));
  private FailingDisk disk = new FailingDisk(new Random(7));

  @TempDir private Path directory;

  @Test
  void keepsBytesOriginsAndContext() throws Exception {
    Batch batch = Telemetry.logs("file/a", 100, "one", "two");
    Batch plain = Telemetry.logs("three");
    RequestContext context =
        new RequestContext(
            Map.of("x-tenant", List.of("a", "ä"), "empty", List.of()), "[::1]:4317", 42);
    try (SegmentLog log = Logs.open(DirectoryDisk.of(directory)).log()) {
      log.append(batch, context, new Ticket());
      log.append(plain, RequestContext.local(7), new Ticket());
      log.append(Batch.empty(Signal.TRACES), RequestContext.local(8), new Ticket());
    }
    List<LogEntry> entries = Logs.takeAll(Logs.open(DirectoryDisk.of(directory)).reader());
    assertThat(entries).hasSize(3);
    LogEntry first = entries.get(0);
    assertThat(first.sequence()).isEqualTo(1);
    assertThat(first.batch().toBytes()).isEqualTo(batch.toBytes());
    assertThat(first.batch().origins()).isEqualTo(batch.origins());
    assertThat(first.context()).isEqualTo(context);
    assertThat(entries.get(1).batch().toBytes()).isEqualTo(plain.toBytes());
    assertThat(entries.get(1).batch().origins()).isEqualTo(Origins.NONE);
    assertThat(entries.get(1).context()).isEqualTo(RequestContext.local(7));
    assertThat(entries.get(2).batch().signal()).isEqualTo(Signal.TRACES);
  }

  @Test
  void waitsForTheDiskOnceForAppendsThatComeTogether() throws Exception {
    Logs logs = Logs.open(disk);
    List<Ticket> tickets = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      tickets.add(logs.offer(Telemetry.logs("t" + i)));
    }
    assertThat(tickets).noneMatch(Ticket::isCommitted);
    logs.log().work();
    assertThat(tickets).extracting(Ticket::sequence).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(logs.value("commits")).isEqualTo(1);
    assertThat(logs.value("appended_batches")).isEqualTo(5);
    assertThat(logs.value("appended_items")).isEqualTo(5);
  }

  @Test
  void goesOnBehindTheContiguousDeliveredPrefix() throws Exception {
    Logs logs = Logs.open(disk);
    for (String text : List.of("a", "b", "c", "d")) {
      logs.append(text);
    }
    assertThat(logs.takeAll()).containsExactly("a", "b", "c", "d");
    logs.reader().delivered(1);
    logs.reader().delivered(3);
    logs.reader().delivered(99);
    assertThat(logs.reader().position()).isEqualTo(2);
    logs.log().close();
    assertThat(Logs.open(disk.kill()).takeAll()).containsExactly("b", "c", "d");
  }

  @Test
  void deletesFilesOnceEveryReaderIsPast() throws Exception {
    Logs logs = Logs.open(disk, SMALL, LogMemory.NONE, Set.of("a", "b"));
    for (int i = 0; i < 40; i++) {
      logs.append(large("t" + i));
    }
    int before = segments(disk).size();
    assertThat(before).isGreaterThan(3);
    List<LogEntry> all = Logs.takeAll(logs.log().reader("a"));
    all.forEach(entry -> logs.log().reader("a").delivered(entry.sequence()));
    logs.log().work();
    assertThat(segments(disk)).hasSize(before);
    for (LogEntry entry : Logs.takeAll(logs.log().reader("b")).subList(0, 39)) {
      logs.log().reader("b").delivered(entry.sequence());
    }
    long full = logs.log().sizeBytes();
    logs.log().work();
    assertThat(segments(disk)).hasSize(1);
    assertThat(logs.log().sizeBytes()).isLessThan(full / 3);
    Logs again = Logs.open(disk.crash(), SMALL, LogMemory.NONE, Set.of("a", "b"));
    assertThat(Logs.texts(Logs.takeAll(again.log().reader("b"))).getLast()).startsWith("t39");
  }

  @Test
  void refusesWhenFullAndTakesAgainOnceSomethingIsDelivered() throws Exception {
    Logs logs = Logs.open(disk, SMALL);
    int taken = 0;
    Ticket last = logs.append(large("t0"));
    for (; last.isCommitted(); taken++) {
      last = logs.append(large("t" + (taken + 1)));
    }
    assertThat(last.refusal()).isInstanceOf(LogFullException.class);
    assertThat(last.refusalText())
        .contains("receiver:otlp logs: the log is full")
        .contains("(expected: at most 64KiB)");
    assertThat(logs.log().sizeBytes()).isLessThanOrEqualTo(64 << 10);
    assertThat(logs.metric("refused_items")).contains("reason=\"full\"} 1");
    List<LogEntry> entries = Logs.takeAll(logs.reader());
    assertThat(entries).hasSize(taken);
    entries.forEach(entry -> logs.reader().delivered(entry.sequence()));
    logs.log().work();
    assertThat(logs.append(large("again")).isCommitted()).isTrue();
    assertThat(logs.takeAll()).first().asString().startsWith("again");
  }

  @Test
  void takesABatchThatIsLargerThanTheLogWhenNothingElseWaits() throws Exception {
    Logs logs = Logs.open(disk, SMALL);
    Batch huge = Telemetry.logs("x".repeat(100_000));
    assertThat(logs.append("small").isCommitted()).isTrue();
    assertThat(logs.append(huge).refusal()).isInstanceOf(LogFullException.class);
    Logs.takeAll(logs.reader()).forEach(entry -> logs.reader().delivered(entry.sequence()));
    assertThat(logs.append(huge).isCommitted()).isTrue();
    logs.log().work();
    assertThat(segments(disk)).hasSize(1);
    assertThat(logs.takeAll()).hasSize(1);
  }

  @Test
  void refusesWhenTheOldestBatchIsTooOld() throws Exception {
    Logs logs = Logs.open(disk, SMALL.withMaxAge(Duration.ofMinutes(1)));
    logs.append("from 1970");
    LogEntry old = Logs.takeAll(logs.reader()).get(0);
    Ticket refused = logs.append("b");
    assertThat(refused.refusal()).isInstanceOf(LogFullException.class);
    assertThat(refused.refusalText()).contains("(expected: at most 60 s)");
    logs.reader().delivered(old.sequence());
    assertThat(logs.append("b").isCommitted()).isTrue();
  }

  @Test
  void cutsOffARecordThatACrashCutShort() throws Exception {
    Logs logs = Logs.open(disk);
    logs.append("a");
    logs.append("b");
    String segment = segments(disk).getLast();
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
    String segment = segments(disk).get(0);
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
    String segment = segments(disk).get(0);
    byte[] bytes = disk.bytes(segment);
    List<Whole> records = records(disk, segment, logs.log().id());
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
    String segment = segments(disk).get(0);
    byte[] bytes = disk.bytes(segment);
    bytes[20] ^= 1;
    disk.replace(segment, bytes);
    assertThat(Logs.open(disk.kill()).takeAll()).containsExactly("b");
  }

  @Test
  void countsWhatADeletedFileHeld() throws Exception {
    Logs logs = Logs.open(disk, SMALL);
    for (int i = 0; i < 40; i++) {
      logs.append(large("t" + i));
    }
    List<String> names = segments(disk);
    long lost = LogFormat.first(names.get(2)) - LogFormat.first(names.get(1));
    disk.delete(names.get(1));
    disk = disk.kill();
    Logs again = Logs.open(disk, SMALL);
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
    disk.delete(segments(disk).get(0));
    disk = disk.kill();
    Logs again = Logs.open(disk);
    assertThat(again.append("c").sequence()).isEqualTo(3);
    assertThat(again.takeAll()).containsExactly("c");
  }

  @Test
  void keepsWhatFollowsASegmentInWhichACrashLeftNothing() throws Exception {
    Logs.open(disk).append("lost");
    String segment = segments(disk).get(0);
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
    assertThat(segments(disk)).hasSize(2);
    assertThat(Logs.open(disk.kill()).takeAll()).containsExactly("a", "b");
  }

  @Test
  void doesNotAskAFailingDiskAgainAtOnce() throws Exception {
    Logs logs = Logs.open(disk, SMALL.withAfterFailure(Duration.ofHours(1)));
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
    String first = segments(disk).get(0);
    disk.fail(0, 1, 0);
    assertThat(logs.append("never acknowledged").isCommitted()).isFalse();
    disk.fail(0, 0, 0);
    assertThat(logs.append("b").isCommitted()).isTrue();
    assertThat(segments(disk)).hasSize(2).contains(first);
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
    String segment = segments(disk).get(0);
    byte[] bytes = disk.bytes(segment);
    bytes[(int) records(disk, segment, logs.log().id()).get(1).begin()] ^= 1;
    disk.replace(segment, bytes);
    assertThat(Logs.open(disk.kill()).takeAll()).containsExactly("a", "c");
  }

  @Test
  void refusesALogOfANewerVersion() throws Exception {
    Logs.open(disk).append("a");
    String segment = segments(disk).get(0);
    ByteBuffer bytes = ByteBuffer.wrap(disk.bytes(segment)).putShort(8, (short) 2);
    bytes.putInt(52, LogFormat.checksum(bytes.array(), 0, 52));
    disk.replace(segment, bytes.array());
    assertThatThrownBy(() -> Logs.open(disk.kill()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(segment + " has version 2 (expected: 1; a newer Millrace wrote it)");
  }

  @Test
  void handsOverFromMemoryToAReaderThatIsNotBehind() throws Exception {
    CountedMemory memory = new CountedMemory(1 << 20);
    Logs logs = Logs.open(disk, SMALL, memory, Set.of(Logs.READER));
    for (int i = 0; i < 5; i++) {
      Batch batch = Telemetry.logs("t" + i);
      logs.append(batch);
      assertThat(memory.used()).isPositive();
      assertThat(Objects.requireNonNull(logs.reader().poll()).batch()).isSameAs(batch);
    }
    assertThat(logs.value("read_batches")).isZero();
    assertThat(memory.used()).isZero();
  }

  @Test
  void readsFromTheDiskWhatTheMemoryDoesNotHold() throws Exception {
    CountedMemory memory = new CountedMemory(4000);
    Logs logs = Logs.open(disk, SMALL, memory, Set.of("slow", "fast"));
    List<String> fast = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      logs.append(large("t" + i));
      fast.addAll(Logs.texts(Logs.takeAll(logs.log().reader("fast"))));
    }
    assertThat(fast).hasSize(20);
    assertThat(logs.value("read_batches")).isZero();
    assertThat(memory.most()).isBetween(1L, 4000L);
    assertThat(Logs.texts(Logs.takeAll(logs.log().reader("slow")))).isEqualTo(fast);
    assertThat(logs.value("read_batches")).isPositive();
    for (int i = 0; i < 5; i++) {
      logs.append(large("late" + i));
    }
    assertThat(Logs.texts(Logs.takeAll(logs.log().reader("slow")))).hasSize(5);
    assertThat(Logs.texts(Logs.takeAll(logs.log().reader("fast")))).hasSize(5);
    logs.log().close();
    assertThat(memory.used()).isZero();
  }

  @Test
  void servesManyThreads() throws Exception {
    Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    Set<String> taken = ConcurrentHashMap.newKeySet();
    Logs logs =
        Logs.open(
            DirectoryDisk.of(directory),
            Logs.settings(DataSize.ofMebibytes(64)),
            new CountedMemory(100_000),
            Set.of(Logs.READER));
    logs.log().start();
    LogReader reader = logs.reader();
    Thread reading =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    for (LogEntry entry = reader.take(); entry != null; entry = reader.take()) {
                      taken.addAll(Telemetry.texts(entry.batch()));
                      reader.delivered(entry.sequence());
                    }
                  } catch (InterruptedException | IOException e) {
                    throw new IllegalStateException(e);
                  }
                });
    List<Thread> writers = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      int number = t;
      writers.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int i = 0; i < 50; i++) {
                      String text = number + "-" + i;
                      appendQuietly(logs, text, acknowledged);
                    }
                  }));
    }
    for (Thread writer : writers) {
      writer.join();
    }
    Await.until("everything is acknowledged", () -> acknowledged.size() == 400);
    Await.until("everything is read", () -> taken.size() == 400);
    assertThat(taken).isEqualTo(acknowledged);
    logs.log().close();
    reading.join();
    assertThat(Logs.open(DirectoryDisk.of(directory)).takeAll()).isEmpty();
  }

  @Test
  void survivesAnInterruptWhileItReads() throws Exception {
    Logs logs = Logs.open(DirectoryDisk.of(directory));
    logs.append("a");
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> logs.reader().poll()).isInstanceOf(InterruptedException.class);
    DirectoryDisk own = DirectoryDisk.of(directory);
    LogDisk.File file = own.open(segments(own).get(0), false);
    Thread.currentThread().interrupt();
    assertThat(file.read(ByteBuffer.allocate(8), 0)).isEqualTo(8);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(logs.append("b").isCommitted()).isTrue();
    assertThat(logs.takeAll()).containsExactly("a", "b");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void damageCostsOnlyTheRecordsThatItHits(long seed) throws Exception {
    Random random = new Random(seed);
    disk = new FailingDisk(random);
    Logs logs = Logs.open(disk, SMALL);
    for (int i = 0; i < 60; i++) {
      logs.append(Telemetry.logs("s", i, "t" + i + "-" + "x".repeat(random.nextInt(900))));
    }
    List<String> names = segments(disk);
    Set<Long> hit = new HashSet<>();
    for (int i = 0; i < 6; i++) {
      String name = names.get(random.nextInt(names.size()));
      byte[] bytes = disk.bytes(name);
      int at = LogFormat.FILE_HEADER_BYTES + random.nextInt(bytes.length - 56);
      for (Whole whole : records(disk, name, logs.log().id())) {
        if (at >= whole.begin() && at < whole.end()) {
          hit.add(whole.sequence());
        }
      }
      bytes[at] ^= (byte) (1 << random.nextInt(8));
      disk.replace(name, bytes);
    }
    disk = disk.kill();
    Logs again = Logs.open(disk, SMALL);
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
    String segment = segments(disk).get(0);
    byte[] bytes = disk.bytes(segment);
    Whole second = records(disk, segment, logs.log().id()).get(1);
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

  private static void appendQuietly(Logs logs, String text, Set<String> acknowledged) {
    try {
      logs.log()
          .append(
              Telemetry.logs(text),
              RequestContext.local(1),
              new SegmentLog.Appended() {
                @Override
                public void committed(long sequence) {
                  acknowledged.add(text);
                }

                @Override
                public void refused(IOException why) {}
              });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Batch large(String text) {
    return Telemetry.logs("s", 0, text + " " + "x".repeat(1200));
  }

  private static List<String> segments(LogDisk disk) throws IOException {
    return disk.list().stream().filter(name -> LogFormat.first(name) > 0).sorted().toList();
  }

  private static List<Whole> records(FailingDisk disk, String segment, long id) throws IOException {
    List<Whole> records = new ArrayList<>();
    LogDisk.File file = disk.open(segment, false);
    RecordScanner scanner =
        new RecordScanner(file, id, LogFormat.FILE_HEADER_BYTES, LogFormat.first(segment) - 1);
    for (Found found = scanner.next(file.size(), Long.MAX_VALUE);
        found != null;
        found = scanner.next(file.size(), Long.MAX_VALUE)) {
      if (found instanceof Whole whole) {
        records.add(whole);
      }
    }
    return records;
  }

  /** A memory of so many bytes. Thread-safe. */
  private static final class CountedMemory implements LogMemory {
    private final long capacity;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong most = new AtomicLong();

    CountedMemory(long capacity) {
      this.capacity = capacity;
    }

    @Override
    public boolean tryReserve(long bytes) {
      if (used.get() + bytes > capacity) {
        return false;
      }
      most.accumulateAndGet(used.addAndGet(bytes), Math::max);
      return true;
    }

    @Override
    public void release(long bytes) {
      used.addAndGet(-bytes);
    }

    long used() {
      return used.get();
    }

    long most() {
      return most.get();
    }
  }
}
