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
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentLogTest {
  private FailingDisk disk = new FailingDisk(new Random(7));

  @TempDir private Path directory;

  @Test
  void keepsBytesOriginsAndContext() throws Exception {
    Batch batch = Telemetry.logs("file/a", 100, "one", "two");
    Batch plain = Telemetry.logs("three");
    byte[] oneProfile = {0x0a, 0x06, 0x12, 0x04, 0x12, 0x02, 0x20, 0x05, 0x12, 0x00};
    Batch profiles = Batch.read(Signal.PROFILES, oneProfile);
    RequestContext context =
        new RequestContext(
            Map.of("x-tenant", List.of("a", "ä"), "empty", List.of()), "[::1]:4317", 42);
    try (SegmentLog log = Logs.open(DirectoryDisk.of(directory)).log()) {
      log.append(batch, context, new Ticket());
      log.append(plain, RequestContext.local(7), new Ticket());
      log.append(Batch.empty(Signal.TRACES), RequestContext.local(8), new Ticket());
      log.append(profiles, RequestContext.local(9), new Ticket());
    }
    List<LogEntry> entries = Logs.takeAll(Logs.open(DirectoryDisk.of(directory)).reader());
    assertThat(entries).hasSize(4);
    LogEntry first = entries.get(0);
    assertThat(first.sequence()).isEqualTo(1);
    assertThat(first.batch().toBytes()).isEqualTo(batch.toBytes());
    assertThat(first.batch().origins()).isEqualTo(batch.origins());
    assertThat(first.context()).isEqualTo(context);
    assertThat(entries.get(1).batch().toBytes()).isEqualTo(plain.toBytes());
    assertThat(entries.get(1).batch().origins()).isEqualTo(Origins.NONE);
    assertThat(entries.get(1).context()).isEqualTo(RequestContext.local(7));
    assertThat(entries.get(2).batch().signal()).isEqualTo(Signal.TRACES);
    assertThat(entries.get(3).batch().signal()).isEqualTo(Signal.PROFILES);
    assertThat(entries.get(3).batch().itemCount()).isEqualTo(1);
    assertThat(entries.get(3).batch().toBytes()).isEqualTo(profiles.toBytes());
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
    Logs logs = Logs.open(disk, Logs.SMALL, Set.of("a", "b"));
    for (int i = 0; i < 40; i++) {
      logs.append(Logs.large("t" + i));
    }
    int before = Logs.segments(disk).size();
    assertThat(before).isGreaterThan(3);
    List<LogEntry> all = Logs.takeAll(logs.log().reader("a"));
    all.forEach(entry -> logs.log().reader("a").delivered(entry.sequence()));
    logs.log().work();
    assertThat(Logs.segments(disk)).hasSize(before);
    for (LogEntry entry : Logs.takeAll(logs.log().reader("b")).subList(0, 39)) {
      logs.log().reader("b").delivered(entry.sequence());
    }
    long full = logs.log().sizeBytes();
    logs.log().work();
    assertThat(Logs.segments(disk)).hasSize(1);
    assertThat(logs.log().sizeBytes()).isLessThan(full / 3);
    Logs again = Logs.open(disk.crash(), Logs.SMALL, Set.of("a", "b"));
    assertThat(Logs.texts(Logs.takeAll(again.log().reader("b"))).getLast()).startsWith("t39");
  }

  @Test
  void refusesWhenFullAndTakesAgainOnceSomethingIsDelivered() throws Exception {
    Logs logs = Logs.open(disk, Logs.SMALL);
    int taken = 0;
    Ticket last = logs.append(Logs.large("t0"));
    for (; last.isCommitted(); taken++) {
      last = logs.append(Logs.large("t" + (taken + 1)));
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
    assertThat(logs.append(Logs.large("again")).isCommitted()).isTrue();
    assertThat(logs.takeAll()).first().asString().startsWith("again");
  }

  @Test
  void takesABatchThatIsLargerThanTheLogWhenNothingElseWaits() throws Exception {
    Logs logs = Logs.open(disk, Logs.SMALL);
    Batch huge = Telemetry.logs("x".repeat(100_000));
    assertThat(logs.append("small").isCommitted()).isTrue();
    assertThat(logs.append(huge).refusal()).isInstanceOf(LogFullException.class);
    Logs.takeAll(logs.reader()).forEach(entry -> logs.reader().delivered(entry.sequence()));
    assertThat(logs.append(huge).isCommitted()).isTrue();
    logs.log().work();
    assertThat(Logs.segments(disk)).hasSize(1);
    assertThat(logs.takeAll()).hasSize(1);
  }

  @Test
  void refusesWhenTheOldestBatchIsTooOld() throws Exception {
    Logs logs = Logs.open(disk, Logs.SMALL.withMaxAge(Duration.ofMinutes(1)));
    logs.append("from 1970");
    LogEntry old = Logs.takeAll(logs.reader()).get(0);
    Ticket refused = logs.append("b");
    assertThat(refused.refusal()).isInstanceOf(LogFullException.class);
    assertThat(refused.refusalText()).contains("(expected: at most 60 s)");
    logs.reader().delivered(old.sequence());
    assertThat(logs.append("b").isCommitted()).isTrue();
  }

  @Test
  void readersAreApart() throws Exception {
    Logs logs = Logs.open(disk, Logs.SMALL, Set.of("slow", "fast"));
    List<String> fast = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      logs.append(Logs.large("t" + i));
      fast.addAll(Logs.texts(Logs.takeAll(logs.log().reader("fast"))));
    }
    assertThat(fast).hasSize(20);
    assertThat(Logs.texts(Logs.takeAll(logs.log().reader("slow")))).isEqualTo(fast);
    for (int i = 0; i < 5; i++) {
      logs.append(Logs.large("late" + i));
    }
    assertThat(Logs.texts(Logs.takeAll(logs.log().reader("slow")))).hasSize(5);
    assertThat(Logs.texts(Logs.takeAll(logs.log().reader("fast")))).hasSize(5);
  }

  @Test
  void servesManyThreads() throws Exception {
    Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    Set<String> taken = ConcurrentHashMap.newKeySet();
    Logs logs =
        Logs.open(
            DirectoryDisk.of(directory),
            Logs.settings(DataSize.ofMebibytes(64)),
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
    LogDisk.File file = own.open(Logs.segments(own).get(0), false);
    Thread.currentThread().interrupt();
    assertThat(file.read(ByteBuffer.allocate(8), 0)).isEqualTo(8);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(logs.append("b").isCommitted()).isTrue();
    assertThat(logs.takeAll()).containsExactly("a", "b");
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
}
