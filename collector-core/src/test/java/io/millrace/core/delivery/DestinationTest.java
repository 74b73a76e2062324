package io.millrace.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.ExportOutcome;
import io.millrace.api.pipeline.Outcome;
import io.millrace.core.fakes.Await;
import io.millrace.core.fakes.Ending;
import io.millrace.core.fakes.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How many attempts are made at once, and when one waits for another. */
class DestinationTest extends ExportPathBench {

  @Test
  void makesOneAttemptAtATimeOnceAllFail() throws Exception {
    AtomicBoolean up = new AtomicBoolean();
    Semaphore answers = new Semaphore(0);
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger mostAtOnce = new AtomicInteger();
    exporter.otherwise(
        batch -> {
          mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
          answers.acquire();
          atOnce.decrementAndGet();
          return up.get() ? ExportOutcome.ACCEPTED : new ExportOutcome.Retry("down", null);
        });
    path = path(STANDARD);
    List<Ending> endings = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      endings.add(send(Telemetry.logs("t" + i), Ending.ofReplayable()));
    }
    Await.until("all threads are at it", () -> atOnce.get() == 10);
    answers.release(10);
    Await.until(
        "attempts are held back",
        () -> {
          answers.release(atOnce.get() > 1 ? 1 : 0);
          return gauge("otelcol_exporter_breaker_open") == 1 && atOnce.get() <= 1;
        });
    // Attempts that were let through before may only now be made.
    makeAttempts(20, answers);
    mostAtOnce.set(0);
    makeAttempts(20, answers);
    assertThat(mostAtOnce).hasValue(1);
    assertThat(instruments.counter("otelcol_exporter_breaker_openings", "", labels()).value())
        .isEqualTo(1);
    up.set(true);
    answers.release(1000);
    endings.forEach(ending -> assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED));
    assertThat(gauge("otelcol_exporter_breaker_open")).isZero();
    assertThat(exporter.accepted()).hasSize(30);
  }

  private void makeAttempts(int count, Semaphore answers) throws Exception {
    for (int i = 0; i < count; i++) {
      int made = exporter.attempts().size();
      answers.release();
      Await.until("one more attempt", () -> exporter.attempts().size() > made);
    }
  }

  @Test
  void lowersTheNumberOfAttemptsForADestinationWithTooMuchToDo() throws Exception {
    CountDownLatch all = new CountDownLatch(10);
    AtomicBoolean calm = new AtomicBoolean();
    exporter.otherwise(
        batch -> {
          if (calm.get()) {
            return ExportOutcome.ACCEPTED;
          }
          all.countDown();
          all.await();
          calm.set(true);
          return new ExportOutcome.Retry("too many", null, "429");
        });
    path = path(STANDARD);
    assertThat(gauge("otelcol_exporter_concurrency_limit")).isEqualTo(10);
    List<Ending> endings = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      endings.add(send(Telemetry.logs("t" + i), Ending.ofReplayable()));
    }
    endings.forEach(ending -> assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED));
    assertThat(gauge("otelcol_exporter_concurrency_limit")).isBetween(5.0, 9.0);
    for (int i = 0; i < 200; i++) {
      // Attempts that are not as many as allowed prove nothing, so there is no growth here.
      assertThat(send(Telemetry.logs("u" + i), Ending.ofReplayable()).outcome())
          .isEqualTo(Outcome.DELIVERED);
    }
    assertThat(gauge("otelcol_exporter_concurrency_limit")).isLessThan(10);
  }

  @Test
  void stopsWhileAttemptsAreHeldBack() throws Exception {
    exporter.otherwise(batch -> new ExportOutcome.Retry("down", Duration.ofHours(1)));
    path = path(STANDARD);
    List<Ending> endings = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      endings.add(send(Telemetry.logs("t" + i), Ending.ofReplayable()));
    }
    Await.until("attempts were made", () -> !exporter.attempts().isEmpty());
    path.close();
    endings.forEach(ending -> assertThat(ending.outcomes()).containsExactly(Outcome.STOPPED));
    assertThat(exporter.attempts()).hasSizeLessThanOrEqualTo(10);
  }

  @Test
  void givesUpInTimeWhileAttemptsAreHeldBack() throws Exception {
    exporter.otherwise(batch -> new ExportOutcome.Retry("down", null));
    path =
        path(
            STANDARD.withRetry(
                new DeliverySettings.Retry(
                    true,
                    Duration.ofMillis(1),
                    0,
                    10,
                    Duration.ofHours(1),
                    Duration.ofMillis(300))));
    List<Ending> endings = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      endings.add(send(Telemetry.logs("t" + i), Ending.ofReplayable()));
    }
    endings.forEach(ending -> assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED));
    assertThat(deadLetters()).hasSize(20).allMatch(line -> line.contains("given up after"));
  }

  @Test
  void survivesAnExporterThatInterruptsItsThread() throws Exception {
    exporter.answer(
        batch -> {
          Thread.currentThread().interrupt();
          return new ExportOutcome.Retry("odd", null);
        });
    path = path(STANDARD);
    assertThat(send(Telemetry.logs("a"), Ending.ofPushed()).outcome()).isEqualTo(Outcome.DELIVERED);
  }

  private static java.util.Map<String, String> labels() {
    return java.util.Map.of("exporter", "fake", "data_type", "logs");
  }
}
