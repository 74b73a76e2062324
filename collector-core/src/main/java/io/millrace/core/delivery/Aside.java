package io.millrace.core.delivery;

import io.millrace.api.component.Health;
import io.millrace.api.pipeline.Outcome;
import io.millrace.core.component.HealthBoard;
import io.millrace.core.component.Identity;
import io.millrace.core.component.LogLimiter;
import io.millrace.core.component.Services;
import io.millrace.core.state.DeadLetterStore.Letter;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts telemetry into the dead letters of an exporter, again and again. Thread-safe. */
final class Aside {
  private static final Logger LOGGER = LoggerFactory.getLogger(Aside.class);

  private final Identity owner;
  private final Services services;
  private final Waits waits;
  private final ExportMetrics metrics;
  private final LogLimiter limiter = new LogLimiter();
  private volatile boolean unwell;

  Aside(Identity owner, Services services, Waits waits, ExportMetrics metrics) {
    this.owner = owner;
    this.services = services;
    this.waits = waits;
    this.metrics = metrics;
  }

  /**
   * Puts telemetry aside, until it is durable or the back-off gives up.
   *
   * @return delivered when it is there
   */
  Outcome put(Load load, List<Letter> letters, Backoff backoff) throws InterruptedException {
    if (letters.isEmpty()) {
      return Outcome.DELIVERED;
    }
    int items = letters.stream().mapToInt(letter -> letter.batch().itemCount()).sum();
    while (true) {
      String problem;
      try {
        services.deadLetters().put("exporter", owner.id(), letters);
        metrics.deadLettered.add(load.settle(items));
        wrote(items, letters.get(0).reason());
        return Outcome.DELIVERED;
      } catch (IOException e) {
        problem = "dead letters cannot be written: " + e.getMessage();
      }
      Duration wait = backoff.next(null, System.nanoTime());
      failed(problem);
      if (wait == null) {
        return new Outcome.Refused(owner.name() + ": " + problem, null);
      }
      metrics.retries.add(1);
      if (!waits.pass(wait)) {
        return Outcome.STOPPED;
      }
    }
  }

  private void wrote(int items, String reason) {
    if (unwell) {
      unwell = false;
      limiter.reset();
      services.board().report(owner, HealthBoard.Aspect.DEAD_LETTERS, Health.OK);
    }
    long suppressed = limiter.permit(reason);
    if (suppressed >= 0) {
      LOGGER
          .atWarn()
          .addKeyValue("component", owner)
          .addKeyValue("items", items)
          .addKeyValue("suppressed", suppressed)
          .log("Put aside as dead letters: {}", reason);
    }
  }

  private void failed(String problem) {
    unwell = true;
    services.board().report(owner, HealthBoard.Aspect.DEAD_LETTERS, new Health.Degraded(problem));
    long suppressed = limiter.permit(problem);
    if (suppressed >= 0) {
      LOGGER
          .atWarn()
          .addKeyValue("component", owner)
          .addKeyValue("suppressed", suppressed)
          .log("Telemetry cannot be put aside and waits: {}", problem);
    }
  }
}
