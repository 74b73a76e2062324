package io.millrace.core.graph;

import io.millrace.api.component.Health;
import io.millrace.core.component.HealthBoard;
import io.millrace.core.component.Identity;
import io.millrace.core.component.LogLimiter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a log's feed tells the world of how it goes. Thread-safe. */
final class FeedHealth {
  private static final Logger LOGGER = LoggerFactory.getLogger(LogFeed.class);

  private final String part;
  private final Identity owner;
  private final HealthBoard board;
  private final LogLimiter limiter = new LogLimiter();
  private volatile boolean unwell;

  /**
   * Makes one that was not heard of yet.
   *
   * @param part the feed, for messages
   * @param owner the component whose log it is
   */
  FeedHealth(String part, Identity owner, HealthBoard board) {
    this.part = part;
    this.owner = owner;
    this.board = board;
  }

  /** Something was delivered. */
  void delivered() {
    if (unwell) {
      unwell = false;
      limiter.reset();
      board.report(owner, HealthBoard.Aspect.FEED, Health.OK);
    }
  }

  /** Something stays in the log for now. */
  void degraded(String reason) {
    unwell = true;
    board.report(owner, HealthBoard.Aspect.FEED, new Health.Degraded(reason));
    long suppressed = limiter.permit(reason);
    if (suppressed >= 0) {
      LOGGER
          .atWarn()
          .addKeyValue("part", part)
          .addKeyValue("suppressed", suppressed)
          .log("Telemetry stays in the log: {}", reason);
    }
  }
}
