package io.millrace.core.cli;

import io.millrace.api.config.DataSize;
import io.millrace.core.AgentOptions;
import io.millrace.core.graph.AgentConfig;
import io.millrace.core.graph.TelemetrySettings;
import io.millrace.core.log.LogSettings;
import io.millrace.core.plugin.Components;
import io.millrace.core.state.DeadLetterSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace run}. */
@Command(
    name = "run",
    description = "Runs the agent until SIGTERM or SIGINT, then drains and exits.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace run --config agent.yaml",
      "  millrace run agent.yaml --memory 256MiB",
      "  millrace run agent.yaml --set service.telemetry.logs.level=debug",
      "  millrace run agent.yaml --log-size 20GiB",
      "  millrace run agent.yaml --ephemeral"
    })
final class RunCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger("millrace");

  /** Queues may hold a quarter of the heap. */
  private static final int QUEUE_SHARE = 4;

  private final Terminal terminal;
  private final AgentStarter starter;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description =
          "Where the agent keeps what must survive a restart (default: /var/lib/millrace as root,"
              + " else the user's state home).")
  private @Nullable Path stateDirectory;

  @Option(
      names = "--ephemeral",
      description = "Keeps state in a temporary directory; a restart begins anew.")
  private boolean ephemeral;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      defaultValue = "128MiB",
      description = "Memory budget of the process (default: ${DEFAULT-VALUE}).")
  private DataSize memory = DataSize.ofMebibytes(128);

  @Option(
      names = "--log-size",
      paramLabel = "SIZE",
      defaultValue = "1GiB",
      description =
          "Disk space of each log of batches that wait for their delivery; senders have to wait"
              + " when it is full (default: ${DEFAULT-VALUE}).")
  private DataSize logSize = AgentOptions.STANDARD_LOG;

  @Option(
      names = "--log-age",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description =
          "Age of the oldest undelivered batch above which senders have to wait as well; 0 means"
              + " any (default: ${DEFAULT-VALUE}).")
  private long logAgeSeconds;

  @Option(
      names = "--dead-letter-size",
      paramLabel = "SIZE",
      defaultValue = "256MiB",
      description =
          "Disk space of all dead letters, what can never be delivered; see millrace dlq (default:"
              + " ${DEFAULT-VALUE}).")
  private DataSize deadLetterSize = DeadLetterSettings.STANDARD_CAPACITY;

  @Option(
      names = "--dead-letters-when-full",
      paramLabel = "block|drop_oldest",
      defaultValue = "block",
      description =
          "What happens when the dead letters take that much: what has to be put aside waits, and"
              + " what is behind it too, or the oldest dead letters are lost (default:"
              + " ${DEFAULT-VALUE}).")
  private DeadLetterSettings.WhenFull deadLettersWhenFull = DeadLetterSettings.WhenFull.BLOCK;

  @Option(
      names = "--abandon-state",
      paramLabel = "LOG",
      description =
          "Forgets the undelivered batches of a log that the configuration has no owner for; see"
              + " millrace queue inspect.")
  private List<String> abandoned = new ArrayList<>();

  RunCommand(Terminal terminal, AgentStarter starter) {
    this.terminal = terminal;
    this.starter = starter;
  }

  @Override
  public Integer call() throws Exception {
    Components components = options.components(terminal);
    Optional<AgentConfig> config = options.load(terminal, components);
    if (config.isEmpty()) {
      return ExitCode.FAILED;
    }
    TelemetrySettings telemetry = config.get().telemetry();
    AgentLog.configure(telemetry.logLevel(), telemetry.logEncoding());
    CompletableFuture<AgentStarter.Running> started = new CompletableFuture<>();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(started), "shutdown"));
    try {
      started.complete(starter.start(config.get(), components, agentOptions()));
    } finally {
      started.completeExceptionally(new IllegalStateException("not started"));
    }
    new CountDownLatch(1).await();
    return ExitCode.OK;
  }

  /**
   * Runs when a signal ends the process, once the agent has started; a drained agent is a success,
   * whatever the signal.
   */
  private static void stop(CompletableFuture<AgentStarter.Running> started) {
    try {
      started.get().stop();
      LOG.info("Stopped");
      Runtime.getRuntime().halt(ExitCode.OK);
    } catch (ExecutionException e) {
      // It never started, which is told elsewhere.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("Could not stop cleanly", e);
    }
    Runtime.getRuntime().halt(ExitCode.FAILED);
  }

  private AgentOptions agentOptions() {
    // The launcher sizes the heap by the same budget; without it the smaller of the two counts.
    long heap = Math.min(Runtime.getRuntime().maxMemory(), memory.bytes());
    AgentOptions standard =
        AgentOptions.standard()
            .withMemoryBudget(DataSize.ofBytes(heap / QUEUE_SHARE))
            .withLogs(LogSettings.of(logSize).withMaxAge(Duration.ofSeconds(logAgeSeconds)))
            .withDeadLetters(new DeadLetterSettings(deadLetterSize, deadLettersWhenFull))
            .withAbandonedState(Set.copyOf(abandoned));
    if (ephemeral) {
      return standard.asEphemeral();
    }
    return stateDirectory == null
        ? standard
        : standard.withStateDirectory(terminal.environment().directory().resolve(stateDirectory));
  }
}
