package io.millrace.core.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import io.millrace.core.component.LogLimiter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Keeps libraries from drowning the agent's own log: of what they say only warnings and errors
 * pass, and the same one once in half a minute. What it means for the telemetry the component says
 * itself. Thread-safe.
 */
final class LibraryFilter extends TurboFilter {
  /** Components log under {@code kind:id}. */
  private static final char KIND_END = ':';

  private final Map<String, LogLimiter> limiters = new ConcurrentHashMap<>();

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] params,
      @Nullable Throwable thrown) {
    String name = logger.getName();
    if (isOwn(name)) {
      return FilterReply.NEUTRAL;
    }
    if (!level.isGreaterOrEqual(Level.WARN)) {
      return FilterReply.DENY;
    }
    if (format == null) {
      return FilterReply.NEUTRAL; // Only a question whether the level is enabled.
    }
    LogLimiter limiter = limiters.computeIfAbsent(name, absent -> new LogLimiter());
    return limiter.permit(format) < 0 ? FilterReply.DENY : FilterReply.NEUTRAL;
  }

  private static boolean isOwn(String logger) {
    return logger.startsWith("io.millrace.")
        || logger.equals("millrace")
        || logger.indexOf(KIND_END) > 0;
  }
}
