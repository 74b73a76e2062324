package io.millrace.core.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What of the libraries' own logs reaches the user. */
class AgentLogTest {
  private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
  private final Logger library = context.getLogger("org.example.library.Client");
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final LibraryFilter filter = new LibraryFilter();

  @BeforeEach
  void listen() {
    log.start();
    context.getLogger("org.example").addAppender(log);
    context.getLogger("receiver:otlp").addAppender(log);
    context.addTurboFilter(filter);
  }

  @AfterEach
  void leave() {
    context.getLogger("org.example").detachAppender(log);
    context.getLogger("receiver:otlp").detachAppender(log);
    context.getTurboFilterList().remove(filter);
  }

  @Test
  void hearsLibrariesFromWarningsOnAndEachOnce() {
    for (int attempt = 0; attempt < 3; attempt++) {
      library.info("Node {} disconnected", attempt);
      library.warn("Connection to node {} could not be established", attempt);
    }
    library.error("Gave up");
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("Connection to node 0 could not be established", "Gave up");
  }

  @Test
  void hearsComponentsAlways() {
    Logger component = context.getLogger("receiver:otlp");
    component.atInfo().addKeyValue("endpoint", "here").log("Listening");
    component.atInfo().addKeyValue("endpoint", "there").log("Listening");
    assertThat(log.list).hasSize(2);
  }

  @Test
  void takesOverWhatIsLoggedInJavasOwnWay() {
    LogRecord record = new LogRecord(java.util.logging.Level.INFO, "Transport {0}");
    record.setParameters(new Object[] {"failed"});
    record.setThrown(new IllegalStateException("Unexpected request\nand more"));
    record.setLoggerName("org.example.transport");
    JavaLogging handler = new JavaLogging();
    handler.publish(record);
    handler.publish(record);
    LogRecord harmless = new LogRecord(java.util.logging.Level.INFO, "Transport opened");
    harmless.setLoggerName("org.example.transport");
    handler.publish(harmless);
    assertThat(log.list)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getLevel()).isEqualTo(Level.WARN);
              assertThat(event.getFormattedMessage())
                  .isEqualTo("Transport failed: IllegalStateException: Unexpected request");
            });
  }
}
