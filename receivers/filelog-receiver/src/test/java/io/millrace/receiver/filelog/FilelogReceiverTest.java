package io.millrace.receiver.filelog;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.Health;
import io.millrace.api.pipeline.Outcome;
import io.millrace.receiver.filelog.FilelogConfig.StartAt;
import io.millrace.testkit.TestContext;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FilelogReceiverTest extends OnABench {
  @Test
  void readsLinesWithOriginsThatTileTheFile() throws Exception {
    bench.write("a.log", "one\ntwo\r\n\n  three  \n");
    bench.start();
    List<Received> records = bench.consumer.awaitDelivered(3);
    assertThat(records).extracting(Received::text).containsExactly("one", "two", "three");
    assertThat(records).extracting(Received::start).containsExactly(0L, 4L, 9L);
    assertThat(records).extracting(Received::end).containsExactly(4L, 9L, 20L);
    assertThat(records)
        .allSatisfy(
            each -> {
              assertThat(each.stream()).matches("file/" + TestContext.AGENT_ID + "/\\d+-\\d+/\\d+");
              assertThat(each.item().attributes().get("log.file.name")).isNotNull();
              assertThat(each.item().observedTimeUnixNanos()).isPositive();
              assertThat(each.item().timeUnixNanos()).isZero();
            });
  }

  @Test
  void readsWhatIsAppended() throws Exception {
    bench.write("a.log", "one\n");
    bench.start();
    bench.consumer.awaitDelivered(1);
    bench.append("a.log", "two\nthr");
    bench.append("a.log", "ee\n");
    bench.consumer.awaitDelivered(3);
    assertThat(bench.consumer.texts()).containsExactly("one", "two", "three");
  }

  @Test
  void beginsAtTheEndOfFilesThatAreThereAtTheFirstStart() throws Exception {
    bench.config.startAt = StartAt.END;
    bench.write("a.log", "old\n");
    bench.start();
    bench.consumer.await("open file", () -> bench.gauge("receiver_file_open_files") == 1);
    bench.append("a.log", "new\n");
    bench.write("b.log", "later\n");
    bench.consumer.awaitDelivered(2);
    assertThat(bench.consumer.texts()).containsExactlyInAnyOrder("new", "later");
    assertThat(bench.consumer.delivered().stream().filter(each -> each.text().equals("new")))
        .extracting(Received::start)
        .containsExactly(4L);
  }

  @Test
  void readsFilesThatAppearedWhileItWasDownFromTheirBeginning() throws Exception {
    bench.config.startAt = StartAt.END;
    bench.write("a.log", "old\n");
    bench.start();
    bench.consumer.await("open file", () -> bench.gauge("receiver_file_open_files") == 1);
    bench.stop();
    bench.append("a.log", "while down\n");
    bench.write("b.log", "appeared\n");
    bench.start();
    bench.consumer.awaitDelivered(2);
    assertThat(bench.consumer.texts()).containsExactlyInAnyOrder("while down", "appeared");
  }

  @Test
  void goesOnWhereItStopped() throws Exception {
    bench.write("a.log", "one\ntwo\n");
    bench.start();
    bench.consumer.awaitDelivered(2);
    bench.stop();
    bench.append("a.log", "three\n");
    bench.start();
    bench.consumer.awaitDelivered(3);
    assertThat(bench.consumer.texts()).containsExactly("one", "two", "three");
    assertThat(bench.consumer.delivered()).extracting(Received::start).containsExactly(0L, 4L, 8L);
  }

  @Test
  void readsAgainWhatHadNotArrivedWhenItWasKilled() throws Exception {
    bench.write("a.log", "one\ntwo\nthree\n");
    bench.consumer.decide(parcel -> null);
    bench.start();
    List<Received> first = bench.consumer.awaitReceived(3);
    bench.kill();
    bench.consumer = new FakeConsumer();
    bench.start();
    List<Received> second = bench.consumer.awaitDelivered(3);
    assertThat(second.stream().map(Received::identity))
        .containsExactlyElementsOf(first.stream().map(Received::identity).toList());
  }

  @Test
  void storesNoPositionOfWhatHasNotArrived() throws Exception {
    bench.drain = Duration.ofMillis(50);
    bench.write("a.log", "one\ntwo\n");
    bench.consumer.decide(parcel -> null);
    bench.start();
    bench.consumer.awaitReceived(2);
    bench.stop();
    bench.consumer = new FakeConsumer();
    bench.start();
    assertThat(bench.consumer.awaitDelivered(2)).hasSize(2);
  }

  @Test
  void waitsForWhatIsOnItsWayWhenItStops() throws Exception {
    bench.write("a.log", "one\n");
    bench.consumer.decide(parcel -> null);
    bench.start();
    bench.consumer.awaitReceived(1);
    Thread ending =
        Thread.ofVirtual()
            .start(() -> bench.consumer.await("end of gauges", () -> tryEnd(bench.consumer)));
    bench.stop();
    ending.join();
    bench.consumer = new FakeConsumer();
    bench.start();
    bench.append("a.log", "two\n");
    bench.consumer.awaitDelivered(1);
    assertThat(bench.consumer.texts()).containsExactly("two");
  }

  private static boolean tryEnd(FakeConsumer consumer) {
    consumer.endHeld(Outcome.DELIVERED);
    return true;
  }

  @Test
  void sendsWhatWasRefusedAgainInOrderAndUnderTheSameOrigins() throws Exception {
    AtomicInteger refusals = new AtomicInteger();
    bench.consumer.decide(
        parcel -> refusals.getAndIncrement() < 3 ? FakeConsumer.REFUSED : Outcome.DELIVERED);
    bench.write("a.log", "one\ntwo\n");
    bench.start();
    bench.consumer.awaitDelivered(2);
    bench.append("a.log", "three\n");
    bench.consumer.awaitDelivered(3);
    assertThat(bench.consumer.texts()).containsExactly("one", "two", "three");
    assertThat(bench.consumer.received()).hasSizeGreaterThanOrEqualTo(3 + 3 * 2 - 2);
    assertThat(bench.context.meter().count("receiver_file_resent_batches")).isEqualTo(3);
  }

  @Test
  void putsAsideWhatIsRejectedAndGoesOn() throws Exception {
    bench.context.deadLetters().failNext(1);
    bench.consumer.decide(parcel -> new Outcome.Rejected("never"));
    bench.write("a.log", "one\n");
    bench.start();
    bench.consumer.await(
        "it is put aside", () -> bench.context.deadLetters().letters().size() == 1);
    assertThat(bench.context.deadLetters().letters().getFirst().reason()).isEqualTo("never");
    assertThat(bench.consumer.received()).as("handed over once").hasSize(1);
    bench.stop();
    bench.consumer = new FakeConsumer();
    bench.start();
    bench.append("a.log", "two\n");
    bench.consumer.awaitDelivered(1);
    assertThat(bench.consumer.texts()).containsExactly("two");
  }

  @Test
  void stopsReadingWhenTooMuchOfAFileIsOnItsWay() throws Exception {
    bench.drain = Duration.ZERO;
    bench.consumer.decide(parcel -> null);
    String line = "x".repeat(999) + "\n";
    bench.write("a.log", line.repeat(20_000));
    bench.start();
    bench.consumer.awaitReceived(8_000);
    bench.consumer.await(
        "rest of the window",
        () ->
            bench.consumer.received().stream().mapToLong(Received::end).max().orElse(0) >= 8 << 20);
    long window = 8L << 20;
    assertThat(bench.consumer.received().stream().mapToLong(Received::end).max().orElse(0))
        .isBetween(window, window + (1 << 20));
    bench.consumer.decide(parcel -> Outcome.DELIVERED);
    bench.consumer.endHeld(Outcome.DELIVERED);
    bench.consumer.await(
        "everything",
        () ->
            bench.consumer.received().stream().mapToLong(Received::end).max().orElse(0)
                == 20_000_000);
    assertThat(bench.consumer.received()).hasSize(20_000);
  }

  @Test
  void endsARecordWithoutALineEndAndFindsItAgainAfterAKill() throws Exception {
    bench.write("a.log", "one\npart");
    bench.consumer.decide(parcel -> null);
    bench.start();
    List<Received> first = bench.consumer.awaitReceived(2);
    assertThat(first).extracting(Received::text).containsExactly("one", "part");
    bench.append("a.log", "ial\nthree\n");
    List<Received> all = bench.consumer.awaitReceived(4);
    bench.kill();
    bench.consumer = new FakeConsumer();
    bench.start();
    List<Received> again = bench.consumer.awaitDelivered(4);
    assertThat(again.stream().map(Received::identity))
        .containsExactlyElementsOf(all.stream().map(Received::identity).toList());
    assertThat(again).extracting(Received::text).containsExactly("one", "part", "ial", "three");
  }

  @Test
  void waitsForTheLineEndWhenFlushingIsOff() throws Exception {
    bench.config.forceFlushPeriod = Duration.ZERO;
    bench.write("a.log", "one\npart");
    bench.start();
    bench.consumer.awaitDelivered(1);
    bench.restart();
    bench.append("a.log", "ial\n");
    bench.consumer.awaitDelivered(2);
    assertThat(bench.consumer.texts()).containsExactly("one", "partial");
  }

  @Test
  void storesABoundaryBeforeARecordEndsThere() throws Exception {
    bench.write("a.log", "one\n");
    bench.start();
    bench.consumer.awaitDelivered(1);
    bench.consumer.await(
        "stored position",
        () ->
            bench.storage().entries().entrySet().stream()
                .filter(each -> each.getKey().startsWith("file/"))
                .allMatch(each -> position(each.getValue()) == 4));
    bench.storage().failNext(Integer.MAX_VALUE);
    bench.append("a.log", "part");
    bench.consumer.await(
        "failure to store",
        () -> bench.context.meter().count("receiver_file_storage_failures") > 0);
    assertThat(bench.consumer.texts()).containsExactly("one");
    bench.storage().failNext(0);
    bench.consumer.awaitDelivered(2);
    assertThat(bench.consumer.texts()).containsExactly("one", "part");
  }

  private static long position(byte[] state) {
    try {
      return StreamState.decode(state).position();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void handsNothingOverBeforeTheGenerationIsStored() throws Exception {
    bench.start();
    bench.storage().failNext(Integer.MAX_VALUE);
    bench.write("a.log", "one\n");
    bench.consumer.await(
        "failure to store",
        () -> bench.context.meter().count("receiver_file_storage_failures") > 2);
    assertThat(bench.consumer.received()).isEmpty();
    assertThat(bench.context.health())
        .isEqualTo(
            new Health.Degraded(
                "positions of files cannot be stored: java.io.IOException: No space left on"
                    + " device"));
    assertThat(bench.context.meter().count("receiver_file_unreadable_files"))
        .as("it is not the file's fault")
        .isZero();
    bench.storage().failNext(0);
    bench.consumer.awaitDelivered(1);
    bench.consumer.await("health", () -> bench.context.health().equals(Health.OK));
  }

  @Test
  void countsRecordsOnAfterARestart() throws Exception {
    bench.config.recordNumber = true;
    bench.write("a.log", "one\ntwo\n");
    bench.start();
    bench.consumer.awaitDelivered(2);
    bench.restart();
    bench.append("a.log", "three\n");
    assertThat(text(bench.consumer.awaitDelivered(3).get(2), "log.file.record_number"))
        .isEqualTo("3");
  }

  @Test
  void saysWhichFilesItCannotReadAndReadsTheOthers() throws Exception {
    bench.write("a.log", "one\n");
    // Nobody, not even root, opens a socket's or a looping link's name for reading.
    Files.createSymbolicLink(bench.file("b.log"), bench.file("b.log"));
    bench.start();
    bench.consumer.awaitDelivered(1);
    assertThat(bench.context.meter().count("receiver_file_unreadable_files")).isPositive();
  }

  @Test
  void findsNothingWhereThereIsNothing() throws Exception {
    bench.config.include = List.of(directory + "/absent/*.log");
    bench.start();
    Files.createDirectory(bench.file("absent"));
    Files.writeString(bench.file("absent/a.log"), "one\n");
    bench.consumer.awaitDelivered(1);
  }

  @Test
  void readsMoreFilesThanMayBeOpen() throws Exception {
    bench.config.maxConcurrentFiles = 2;
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      bench.write(i + ".log", "file " + i + "\n");
      expected.add("file " + i);
    }
    bench.start();
    bench.consumer.awaitDelivered(9);
    for (int i = 0; i < 9; i++) {
      bench.append(i + ".log", "more " + i + "\n");
      expected.add("more " + i);
    }
    bench.consumer.awaitDelivered(18);
    assertThat(bench.consumer.texts()).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void tellsHowFarBehindItIs() throws Exception {
    bench.drain = Duration.ZERO;
    bench.consumer.decide(parcel -> null);
    bench.write("a.log", "12345\n");
    bench.start();
    bench.consumer.awaitReceived(1);
    assertThat(bench.gauge("receiver_file_lag_bytes")).isEqualTo(6);
    assertThat(bench.gauge("receiver_file_lag_seconds")).isPositive();
    bench.consumer.endHeld(Outcome.DELIVERED);
    assertThat(bench.gauge("receiver_file_lag_bytes")).isZero();
    assertThat(bench.context.meter().count("receiver_file_read_bytes")).isEqualTo(6);
    assertThat(bench.context.meter().count("receiver_file_read_records")).isEqualTo(1);
  }

  @Test
  void canBeStoppedWithoutAStartAndTwice() throws Exception {
    bench.stop();
    bench.start();
    bench.stop();
    bench.stop();
  }

  private static String text(Received record, String key) {
    var value = record.item().attributes().get(key);
    return value == null ? "(none)" : value.asText();
  }
}
