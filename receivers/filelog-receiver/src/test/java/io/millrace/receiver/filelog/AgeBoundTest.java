package io.millrace.receiver.filelog;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.telemetry.LogRecord;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of a file whose oldest batch is not acknowledged for too long. */
class AgeBoundTest extends OnABench {
  private static final String WAITING = "receiver_age_bound_waiting_sources";

  private final List<String> written = new ArrayList<>();

  @Test
  void isNotReadOnUntilItIsAcknowledgedWhileOtherFilesAre() throws Exception {
    waitForA();
    int received = ofA().size();
    writeToA(3);
    for (int i = 0; i < 3; i++) {
      bench.append("b.log", "b" + i + "\n");
      bench.consumer.awaitDelivered(i + 1);
    }
    assertThat(ofA()).hasSize(received);
    assertThat(bench.gauge("receiver_oldest_unacknowledged_seconds")).isGreaterThan(0.05);
    assertThat(bench.context.meter().count("receiver_age_bound_waits")).isEqualTo(1);

    acknowledge();
    bench.consumer.await("end of the file", () -> ofA().size() >= written.size());
    assertThat(ofA()).isEqualTo(written);
    bench.consumer.await("end of waiting", () -> bench.gauge(WAITING) == 0);
  }

  @Test
  void isReadToItsEndThoughItWasRenamedMeanwhile() throws Exception {
    waitForA();
    writeToA(3);
    Files.move(bench.file("a.log"), bench.file("a.log.1"));
    bench.write("a.log", "");
    bench.append("b.log", "b\n");
    bench.consumer.awaitDelivered(1);
    acknowledge();
    bench.consumer.await("end of the file", () -> ofA().size() >= written.size());
    assertThat(ofA()).isEqualTo(written);
  }

  @Test
  void isReadOnWhenTheBatchThatHeldItBackWasOfTheTimeBeforeATruncation() throws Exception {
    waitForA();
    bench.write("a.log", "");
    writeToA(3);
    bench.append("b.log", "b\n");
    bench.consumer.awaitDelivered(1);
    acknowledge();
    bench.consumer.await(
        "content behind the truncation",
        () -> ofA().contains(written.getLast()) && bench.gauge(WAITING) == 0);
    assertThat(ofA()).doesNotHaveDuplicates();
  }

  @Test
  void comesAgainAfterACrash() throws Exception {
    waitForA();
    writeToA(3);
    bench.kill();
    bench.consumer = new FakeConsumer();
    bench.start();
    bench.consumer.awaitDelivered(written.size());
    assertThat(ofA()).isEqualTo(written);
  }

  /** Has nothing of a.log acknowledged and writes to it until it is not read on. */
  private void waitForA() throws Exception {
    bench.config.maxUnacknowledgedAge = Duration.ofMillis(50);
    bench.consumer.decide(AgeBoundTest::holdA);
    bench.start();
    writeToA(1);
    bench.consumer.awaitReceived(1);
    while (bench.gauge(WAITING) != 1) {
      assertThat(written).as("lines until reading waits").hasSizeLessThan(10_000);
      int before = written.size();
      writeToA(1);
      bench.consumer.await(
          "reading or waiting", () -> ofA().size() > before || bench.gauge(WAITING) == 1);
    }
  }

  private void acknowledge() {
    bench.consumer.decide(parcel -> Outcome.DELIVERED);
    bench.consumer.endHeld(Outcome.DELIVERED);
  }

  private void writeToA(int lines) throws Exception {
    for (int i = 0; i < lines; i++) {
      String line = "a" + written.size();
      written.add(line);
      bench.append("a.log", line + "\n");
    }
  }

  private List<String> ofA() {
    return bench.consumer.received().stream()
        .map(Received::text)
        .filter(text -> text.startsWith("a"))
        .toList();
  }

  private static @Nullable Outcome holdA(Parcel parcel) {
    AtomicBoolean ofA = new AtomicBoolean();
    parcel
        .batch()
        .forEachItem(
            (group, scope, item) -> {
              if (((LogRecord) item).body().asText().startsWith("a")) {
                ofA.set(true);
              }
            });
    return ofA.get() ? null : Outcome.DELIVERED;
  }
}
