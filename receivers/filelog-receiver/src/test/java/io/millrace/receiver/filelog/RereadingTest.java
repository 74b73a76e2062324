package io.millrace.receiver.filelog;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.pipeline.Outcome;
import io.millrace.receiver.filelog.FilelogConfig.MultilineConfig;
import io.millrace.receiver.filelog.operator.QuarterHour;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * The promise: random content written in random portions, a receiver that is killed at random
 * moments, a clock that leaps at random, a consumer that refuses at random; and every record that
 * ever came out has an origin that always stands for the same bytes and the same quarter of an hour
 * of its first reading, and the origins tile the file.
 */
class RereadingTest {
  @TempDir Path directory;

  @RepeatedTest(40)
  void givesEveryByteTheSameOriginWheneverItIsRead(RepetitionInfo repetition) throws Exception {
    int seed = repetition.getCurrentRepetition();
    Random random = new Random(seed);
    try (Bench bench = new Bench(directory)) {
      if (seed % 2 == 0) {
        bench.config.multiline =
            seed % 4 == 0
                ? new MultilineConfig("^\\d", "", false)
                : new MultilineConfig("", "(;|\\.$)", false);
      }
      bench.config.maxLogSize = seed % 3 == 0 ? 64 : 4096;
      bench.config.forceFlushPeriod = Duration.ofMillis(random.nextInt(4) == 0 ? 0 : 3);
      bench.config.pollInterval = Duration.ofMillis(1);
      List<Received> all = new ArrayList<>();
      ByteArrayOutputStream written = new ByteArrayOutputStream();
      Files.createFile(bench.file("a.log"));
      StoredDates dates = new StoredDates(bench);
      bench.consumer.decide(dates.lookThen(parcel -> Outcome.DELIVERED));
      bench.start();
      for (int step = 0; step < 120; step++) {
        byte[] portion = randomPortion(random);
        written.write(portion);
        bench.append("a.log", portion);
        switch (random.nextInt(12)) {
          case 0 -> {
            bench.kill();
            all.addAll(bench.consumer.received());
            bench.consumer = new FakeConsumer();
            bench.consumer.decide(dates.lookThen(parcel -> randomOutcome()));
            bench.start();
          }
          case 1 -> bench.consumer.endHeld(Outcome.DELIVERED);
          case 5 -> bench.context.clock().advance(Duration.ofMinutes(random.nextInt(60) - 10));
          case 2 -> bench.consumer.endHeld(FakeConsumer.REFUSED);
          case 3 -> bench.consumer.decide(dates.lookThen(parcel -> randomOutcome()));
          case 4 -> {
            // Time for a forced end of a record, which the schedule may or may not use.
            int before = bench.consumer.parcels();
            long until = System.nanoTime() + 6_000_000;
            bench.consumer.await(
                "parcel or time",
                () -> bench.consumer.parcels() > before || System.nanoTime() > until);
          }
          default -> bench.consumer.decide(dates.lookThen(parcel -> Outcome.DELIVERED));
        }
      }
      bench.config.forceFlushPeriod = Duration.ofMillis(3);
      bench.kill();
      all.addAll(bench.consumer.received());
      bench.consumer = new FakeConsumer();
      bench.start();
      bench.append("a.log", "\n0 end.\n".getBytes(StandardCharsets.UTF_8));
      written.write("\n0 end.\n".getBytes(StandardCharsets.UTF_8));
      byte[] content = written.toByteArray();
      bench.consumer.await(
          "end of the file",
          () ->
              bench.consumer.delivered().stream().mapToLong(Received::end).max().orElse(0)
                  >= content.length);
      all.addAll(bench.consumer.received());
      check(all, content);
      assertThat(dates.missing()).as("dates that were not stored beforehand").isEmpty();
    }
  }

  private static void check(List<Received> all, byte[] content) {
    assertThat(all.stream().map(Received::stream).distinct()).hasSize(1);
    Map<Long, Received> byStart = new TreeMap<>();
    for (Received each : all) {
      Received known = byStart.putIfAbsent(each.start(), each);
      if (known != null) {
        assertThat(each.identity()).isEqualTo(known.identity());
        assertThat(quarter(each)).as("date of %s", each.identity()).isEqualTo(quarter(known));
      }
    }
    long at = 0;
    for (Received each : byStart.values()) {
      assertThat(each.start()).as("start of %s", each.text()).isEqualTo(at);
      byte[] bytes = Arrays.copyOfRange(content, (int) each.start(), (int) each.end());
      assertThat(each.text()).isEqualTo(trimmed(new String(bytes, StandardCharsets.UTF_8)));
      at = each.end();
    }
    assertThat(at).isEqualTo(content.length);
  }

  private static long quarter(Received record) {
    return QuarterHour.of(record.item().observedTimeUnixNanos());
  }

  private static @Nullable Outcome randomOutcome() {
    return switch (ThreadLocalRandom.current().nextInt(3)) {
      case 0 -> FakeConsumer.REFUSED;
      case 1 -> Outcome.DELIVERED;
      default -> null;
    };
  }

  private static byte[] randomPortion(Random random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(60);
    for (int i = 0; i < length; i++) {
      text.append("ab1;. \n\r€x".charAt(random.nextInt(10)));
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    return bytes;
  }

  private static String trimmed(String text) {
    int from = 0;
    int to = text.length();
    while (to > from && " \t\r\n".indexOf(text.charAt(to - 1)) >= 0) {
      to--;
    }
    while (from < to && " \t\r\n".indexOf(text.charAt(from)) >= 0) {
      from++;
    }
    return text.substring(from, to);
  }
}
