package io.millrace.core.graph;

import io.millrace.core.component.ComponentSlot;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The waits of a log's feed, which its stop cuts short, and what comes after them. Thread-safe. */
final class FeedWaits {
  private static final Logger LOGGER = LoggerFactory.getLogger(LogFeed.class);

  private final String part;
  private final ComponentSlot.Backoff backoff;
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** What is done after a wait, on a thread of its own. */
  @FunctionalInterface
  interface Work {
    void run() throws InterruptedException;
  }

  /**
   * Makes the waits of a feed.
   *
   * @param part the feed, for messages
   */
  FeedWaits(String part, ComponentSlot.Backoff backoff) {
    this.part = part;
    this.backoff = backoff;
  }

  void stop() {
    stopped.countDown();
  }

  boolean isStopped() {
    return stopped.getCount() == 0;
  }

  /** Waits, no longer than to the next interrupt; whether the feed stopped meanwhile. */
  boolean stopsWithin(Duration wait) {
    try {
      return stopped.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return isStopped();
    }
  }

  /** Does something after a while, unless the feed stops before; again when it fails. */
  void later(Duration wait, Work work) {
    var _ =
        Thread.ofVirtual()
            .name("again " + part)
            .start(
                () -> {
                  try {
                    if (!stopsWithin(jittered(wait))) {
                      work.run();
                    }
                  } catch (InterruptedException e) {
                    // The Delivery has ended as refused, and with it begins the next wait.
                    LOGGER.atDebug().addKeyValue("part", part).log("Interrupted by a component");
                  } catch (RuntimeException | Error e) {
                    // Else nobody would come back to this batch before the next start.
                    LOGGER
                        .atError()
                        .addKeyValue("part", part)
                        .setCause(e)
                        .log("A log's feed failed");
                    later(backoff.longest(), work);
                  }
                });
  }

  private static Duration jittered(Duration wait) {
    return Duration.ofMillis(
        (long) (wait.toMillis() * (0.8 + ThreadLocalRandom.current().nextDouble() * 0.4)));
  }
}
