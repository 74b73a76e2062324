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

/**
 * An agent that stops while something out of its log is being put aside: once that is in the dead
 * letters, it must be noted as delivered, or it comes again, as a second letter.
 */
class PutAsideAtStopTest extends AgentBench {
  private final SlowClock clock = new SlowClock();

  @Test
  void putsAsideOnceWhatIsBeingPutAsideWhileTheAgentStops() throws Exception {
    AgentSetup strict =
        setup
            .loggedReceiver("in", in)
            .options(options -> options.withGrace(Duration.ofMillis(300)).withClock(clock))
            .processor("strict", context -> new StrictProcessor())
            .pipeline("logs", "in", "strict", "out");
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

  private void stopQuietly() {
    try {
      stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Who puts aside out of a log asks for the time, and has to wait for it. */
  private static final class SlowClock extends Clock {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch goesOn = new CountDownLatch(1);

    @Override
    public Instant instant() {
      if (Thread.currentThread().getName().startsWith("again out of the log")) {
        asked.countDown();
        AgentBench.await(goesOn);
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
