package io.millrace.core.cli;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what libraries log through {@code java.util.logging} into the agent's log, one line each;
 * gRPC does. Thread-safe.
 */
final class JavaLogging extends Handler {
  private final SimpleFormatter formatter = new SimpleFormatter();

  /** Takes over all of {@code java.util.logging}. */
  static void install() {
    LogManager.getLogManager().reset();
    java.util.logging.Logger.getLogger("").addHandler(new JavaLogging());
  }

  @Override
  public void publish(LogRecord record) {
    String name = record.getLoggerName();
    Logger logger = LoggerFactory.getLogger(name == null ? "java.util.logging" : name);
    String text = formatter.formatMessage(record);
    Throwable thrown = record.getThrown();
    if (thrown == null) {
      logger.atLevel(level(record)).log(text);
      return;
    }
    String cause = thrown.getClass().getSimpleName() + ": " + thrown.getMessage();
    logger
        .atLevel(level(record))
        .setCause(logger.isDebugEnabled() ? thrown : null)
        .log(text + ": " + cause.lines().findFirst().orElse(""));
  }

  /** What failed is at least a warning: gRPC tells of broken connections as if in passing. */
  private static org.slf4j.event.Level level(LogRecord record) {
    int level = record.getLevel().intValue();
    if (level >= Level.SEVERE.intValue()) {
      return org.slf4j.event.Level.ERROR;
    }
    if (level >= Level.WARNING.intValue()
        || (level >= Level.INFO.intValue() && record.getThrown() != null)) {
      return org.slf4j.event.Level.WARN;
    }
    return level >= Level.INFO.intValue()
        ? org.slf4j.event.Level.INFO
        : org.slf4j.event.Level.DEBUG;
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
