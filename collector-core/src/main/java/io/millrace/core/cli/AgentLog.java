package io.millrace.core.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.millrace.core.graph.TelemetrySettings.LogEncoding;
import org.slf4j.LoggerFactory;

/**
 * The agent's own log: to standard error, without any configuration file. Logback finds it as a
 * service, so that nothing is searched for at start.
 */
public final class AgentLog extends ContextAwareBase implements Configurator {
  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z', UTC} %-5level %logger{36} %msg%replace( %kvp){' $',"
          + " ''}%n%ex";

  /** For logback. */
  public AgentLog() {}

  /** Sets level and form of every logger. */
  public static void configure(org.slf4j.event.Level level, LogEncoding encoding) {
    JavaLogging.install();
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      configure(context, Level.convertAnSLF4JLevel(level), encoding);
    }
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    configure(context, Level.INFO, LogEncoding.CONSOLE);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static void configure(LoggerContext context, Level level, LogEncoding encoding) {
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName("stderr");
    appender.setTarget("System.err");
    appender.setEncoder(
        switch (encoding) {
          case CONSOLE -> console(context);
          case JSON -> json(context);
        });
    appender.start();
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.addAppender(appender);
    root.setLevel(level);
    context.resetTurboFilterList();
    if (level.isGreaterOrEqual(Level.INFO)) {
      context.addTurboFilter(new LibraryFilter());
    }
  }

  private static Encoder<ILoggingEvent> console(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    return encoder;
  }

  private static Encoder<ILoggingEvent> json(LoggerContext context) {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithMessage(false);
    encoder.setWithFormattedMessage(true);
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithContext(false);
    encoder.setWithThreadName(false);
    encoder.start();
    return encoder;
  }
}
