package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.pipeline.Outcome;
import io.millrace.core.fakes.AgentSetup;
import io.millrace.core.fakes.Await;
import io.millrace.core.fakes.Ending;
import io.millrace.core.fakes.StrictProcessor;
import io.millrace.core.fakes.Telemetry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What is rejected for ever behind a log, while things go wrong. */
class PutAsideTest extends AgentBench {
  private final OddClock clock = new OddClock();

  /** Once it is in the dead letters it must be noted as delivered, or it comes again. */
  @Test
  void putsAsideOnceWhatIsBeingPutAsideWhileTheAgentStops() throws Exception {
    clock.meanwhile = () -> AgentBench.await(clock.goesOn);
    AgentSetup strict = strict();
    start(strict);
    assertThat(in.send(Telemetry.logs("bad"), Ending.ofPushed()).outcome())
        .isEqualTo(Outcome.DELIVERED);
    clock.asked.await();

    Thread stopping = Thread.ofVirtual().start(this::stopQuietly);
    Await.until("the receiver has stopped", () -> in.stops() == 1);
    clock.goesOn.countDown();
    stopping.join();

    Path letters = directory.resolve("dead-letters/receiver-in.jsonl");
    assertThat(Files.readAllLines(letters)).hasSize(1);
    start(strict);
    in.send(Telemetry.logs("good"), Ending.ofPushed());
    Await.until("it goes on", () -> out.accepted().equals(List.of("good")));
    stop();
    assertThat(Files.readAllLines(letters)).hasSize(1);
  }

  @Test
  void triesAgainWhenPuttingAsideFailsAsItShouldNot() throws Exception {
    clock.meanwhile =
        () -> {
          clock.meanwhile = () -> {};
          throw new OutOfMemoryError("on purpose");
        };
    start(strict());
    in.send(Telemetry.logs("bad"), Ending.ofPushed());
    Path letters = directory.resolve("dead-letters/receiver-in.jsonl");
    Await.until("it is put aside", () -> Files.exists(letters));
    Await.until(
        "nothing is in flight",
        () ->
            agent()
                .metricsPage()
                .contains("otelcol_dead_letters_kept{component=\"receiver:in\"} 1"));
    assertThat(clock.asked.getCount()).isZero();
  }

  private AgentSetup strict() {
    return setup
        .loggedReceiver("in", in)
        .options(options -> options.withGrace(Duration.ofMillis(300)).withClock(clock))
        .processor("strict", context -> new StrictProcessor())
        .pipeline("logs", "in", "strict", "out");
  }

  private void stopQuietly() {
    try {
      stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Who puts aside out of a log asks for the time, and something happens to him. */
  private static final class OddClock extends Clock {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch goesOn = new CountDownLatch(1);
    private volatile Runnable meanwhile = () -> {};

    @Override
    public Instant instant() {
      if (Thread.currentThread().getName().startsWith("again out of the log")) {
        asked.countDown();
        meanwhile.run();
      }
      return Instant.now();
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
