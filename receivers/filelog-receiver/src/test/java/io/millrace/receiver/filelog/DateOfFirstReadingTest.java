package io.millrace.receiver.filelog;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.pipeline.Outcome;
import io.millrace.receiver.filelog.operator.QuarterHour;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A line without a time that is read again has the date that it had when it was read first. */
class DateOfFirstReadingTest extends OnABench {
  private static final String BEFORE_MIDNIGHT = "2026-11-26T23:59:50Z";
  private static final String LAST_OF_THE_DAY = "2026-11-26T23:59:59.999999999Z";

  @BeforeEach
  void holdEverything() {
    bench.drain = Duration.ofMillis(20);
    bench.consumer.decide(parcel -> null);
    now(BEFORE_MIDNIGHT);
  }

  @Test
  void isThatOfTheDayBeforeWhenReadAgainAfterMidnight() throws Exception {
    bench.start();
    bench.append("a.log", "a\n");
    Received first = bench.consumer.awaitReceived(1).getFirst();
    assertThat(observed(first)).isEqualTo(BEFORE_MIDNIGHT);
    crash();
    now("2026-11-27T00:20:00Z");
    bench.start();
    Received again = bench.consumer.awaitDelivered(1).getFirst();
    assertThat(again.identity()).isEqualTo(first.identity());
    assertThat(observed(again)).isEqualTo(LAST_OF_THE_DAY);
    bench.append("a.log", "b\n");
    assertThat(observed(bench.consumer.awaitDelivered(2).get(1))).isEqualTo("2026-11-27T00:20:00Z");
  }

  @Test
  void isKeptThroughAnyNumberOfCrashes() throws Exception {
    bench.start();
    bench.append("a.log", "a\n");
    bench.consumer.awaitReceived(1);
    now("2026-11-27T00:00:10Z");
    bench.append("a.log", "b\n");
    bench.consumer.awaitReceived(2);
    for (int crash = 0; crash < 3; crash++) {
      crash();
      bench.consumer.decide(parcel -> null);
      now("2026-11-27T0" + (2 + crash) + ":00:00Z");
      bench.start();
      List<Received> again = bench.consumer.awaitReceived(2);
      assertThat(observed(again.get(0))).isEqualTo(LAST_OF_THE_DAY);
      assertThat(observed(again.get(1))).isEqualTo("2026-11-27T00:14:59.999999999Z");
    }
  }

  @Test
  void isKeptWhenTheClockWasSetBack() throws Exception {
    now("2026-11-27T00:00:10Z");
    bench.start();
    bench.append("a.log", "a\n");
    bench.consumer.awaitReceived(1);
    crash();
    now(BEFORE_MIDNIGHT);
    bench.start();
    assertThat(observed(bench.consumer.awaitDelivered(1).getFirst()))
        .isEqualTo("2026-11-27T00:00:00Z");
  }

  @Test
  void isKeptAfterAStopInGoodOrderWhileWhatWasWrittenMeanwhileIsNew() throws Exception {
    bench.start();
    bench.append("a.log", "a\n");
    bench.consumer.awaitReceived(1);
    bench.stop();
    bench.append("a.log", "b\n");
    bench.consumer = new FakeConsumer();
    now("2026-11-27T08:00:00Z");
    bench.start();
    List<Received> again = bench.consumer.awaitDelivered(2);
    assertThat(observed(again.get(0))).isEqualTo(LAST_OF_THE_DAY);
    assertThat(observed(again.get(1))).isEqualTo("2026-11-27T08:00:00Z");
  }

  @Test
  void isThatOfTheCrashForLittleThatWasWrittenBehindIt() throws Exception {
    bench.start();
    bench.append("a.log", "a\n");
    bench.consumer.awaitReceived(1);
    crash();
    bench.append("a.log", "b\n" + "x".repeat(4096) + "\nc\n");
    now("2026-11-27T08:00:00Z");
    bench.start();
    List<Received> again = bench.consumer.awaitDelivered(4);
    assertThat(again.stream().map(DateOfFirstReadingTest::observed))
        .containsExactly(LAST_OF_THE_DAY, LAST_OF_THE_DAY, LAST_OF_THE_DAY, "2026-11-27T08:00:00Z");
  }

  @Test
  void isNotThatOfALongGoneDayForWhatIsWrittenBehindTheCrashOfAnAgentThatWasIdle()
      throws Exception {
    bench.consumer.decide(parcel -> Outcome.DELIVERED);
    bench.start();
    bench.append("a.log", "a\n");
    bench.consumer.awaitDelivered(1);
    now("2026-12-24T12:00:00Z");
    bench.consumer.await("end of the quarter of an hour", () -> readings().isEmpty());
    crash();
    bench.append("a.log", "b\n");
    now("2026-12-25T12:00:00Z");
    bench.start();
    assertThat(observed(bench.consumer.awaitDelivered(1).getFirst()))
        .isEqualTo("2026-12-25T12:00:00Z");
  }

  @Test
  void isNotThatOfWhatStoodThereBeforeTheFileWasTruncated() throws Exception {
    bench.start();
    bench.append("a.log", "a line of yesterday\n");
    bench.consumer.awaitReceived(1);
    crash();
    bench.write("a.log", "new\n");
    now("2026-11-27T08:00:00Z");
    bench.start();
    assertThat(observed(bench.consumer.awaitDelivered(1).getFirst()))
        .isEqualTo("2026-11-27T08:00:00Z");
  }

  @Test
  void isKnownBeforeARecordLeavesThoughTheStorageFailed() throws Exception {
    StoredDates dates = new StoredDates(bench);
    bench.consumer.decide(dates.lookThen(parcel -> null));
    bench.start();
    bench.append("a.log", "a".repeat(1500) + "\n");
    bench.consumer.awaitReceived(1);
    now("2026-11-27T00:00:10Z");
    bench.storage().failNext(3);
    bench.append("a.log", "b\n");
    bench.consumer.awaitReceived(2);
    assertThat(dates.missing()).isEmpty();
    assertThat(readings().stream().map(ReadRun::quarter))
        .containsExactly(quarter(BEFORE_MIDNIGHT), quarter("2026-11-27T00:00:00Z"));
  }

  @Test
  void isKnownBeforeARecordLeavesWhateverElseIsStored() throws Exception {
    StoredDates dates = new StoredDates(bench);
    bench.consumer.decide(dates.lookThen(parcel -> null));
    bench.start();
    for (int i = 0; i < 60; i++) {
      // The first thousand bytes, by which a file is known, are stored each time they grow.
      bench.append("a.log", "x".repeat(i < 2 ? 1000 : 300) + "\n");
      bench.consumer.awaitReceived(i + 1);
      if (i % 20 == 10) {
        bench.context.clock().advance(Duration.ofMinutes(20));
      }
    }
    assertThat(dates.missing()).isEmpty();
    assertThat(readings()).hasSize(4);
  }

  /** In India midnight is at half past six in the evening, UTC. */
  @ParameterizedTest
  @CsvSource({
    "UTC,          %H:%M:%S,       23:59:49,        2026-11-26T23:59:49Z, 2026-11-26T23:59:50Z",
    "Asia/Kolkata, %H:%M:%S,       23:59:49,        2026-11-26T18:29:49Z, 2026-11-26T18:29:50Z",
    "Asia/Kolkata, %H:%M:%S,       00:00:01,        2026-11-26T18:30:01Z, 2026-11-26T18:30:02Z",
    "UTC,          %b %d %H:%M:%S, Dec 31 23:59:49, 2026-12-31T23:59:49Z, 2026-12-31T23:59:50Z",
    "UTC,          %b %d %H:%M:%S, Jan 08 00:01:00, 2026-01-08T00:01:00Z, 2026-12-31T23:59:50Z",
    "UTC,          %b %d %H:%M:%S, Jan 07 23:41:00, 2027-01-07T23:41:00Z, 2027-01-01T00:03:00Z"
  })
  void isTheOneThatATimeWithoutADateIsGiven(
      String zone, String layout, String line, String expected, String first) throws Exception {
    bench.config.operators =
        List.of(
            Map.of(
                "type", "time_parser", "parse_from", "body", "layout", layout, "location", zone));
    now(first);
    bench.start();
    bench.append("a.log", line + "\n");
    assertThat(time(bench.consumer.awaitReceived(1).getFirst())).isEqualTo(expected);
    crash();
    bench.context.clock().advance(Duration.ofHours(30));
    bench.start();
    assertThat(time(bench.consumer.awaitDelivered(1).getFirst())).isEqualTo(expected);
  }

  /** Abandons the receiver; the next one's consumer takes everything. */
  private void crash() throws InterruptedException {
    bench.kill();
    bench.consumer = new FakeConsumer();
  }

  private void now(String time) {
    bench.context.clock().set(Instant.parse(time));
  }

  private List<ReadRun> readings() {
    return new StoredDates(bench).readings();
  }

  private static long quarter(String time) {
    return QuarterHour.of(Instant.parse(time).getEpochSecond() * 1_000_000_000);
  }

  private static String observed(Received record) {
    return text(record.item().observedTimeUnixNanos());
  }

  private static String time(Received record) {
    return text(record.item().timeUnixNanos());
  }

  private static String text(long unixNanos) {
    return Instant.ofEpochSecond(unixNanos / 1_000_000_000, unixNanos % 1_000_000_000).toString();
  }
}
