package io.millrace.core;

import io.millrace.api.config.DataSize;
import io.millrace.core.component.ComponentSlot;
import io.millrace.core.log.LogSettings;
import io.millrace.core.state.DeadLetterSettings;
import io.millrace.core.state.StateDirectory;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;

/**
 * What the command line decides about an agent. Immutable.
 *
 * @param stateDirectory what must survive the agent is kept here
 * @param ephemeral keep nothing: a temporary directory stands in for the state directory
 * @param memoryBudget bytes that all queues may hold together
 * @param grace how long stopping may take before what is left ends as stopped
 * @param startLimit how long the start waits for a component that does not answer
 * @param backoff waits between attempts to start a component
 * @param deadLetters the bounds of all dead letters together
 * @param logs the bounds of each log of batches that wait for their delivery
 * @param abandonedState names of logs whose undelivered batches nobody wants any more
 * @param clock what time it is
 */
public record AgentOptions(
    Path stateDirectory,
    boolean ephemeral,
    DataSize memoryBudget,
    Duration grace,
    Duration startLimit,
    ComponentSlot.Backoff backoff,
    DeadLetterSettings deadLetters,
    LogSettings logs,
    Set<String> abandonedState,
    Clock clock) {

  /** How much a log may hold unless the user says otherwise. */
  public static final DataSize STANDARD_LOG = DataSize.ofMebibytes(1024);

  public AgentOptions {
    abandonedState = Set.copyOf(abandonedState);
  }

  /** What holds unless the user says otherwise; queues may hold a quarter of the heap. */
  public static AgentOptions standard() {
    return new AgentOptions(
        StateDirectory.standardPath(),
        false,
        DataSize.ofBytes(Runtime.getRuntime().maxMemory() / 4),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        ComponentSlot.Backoff.STANDARD,
        DeadLetterSettings.standard(),
        LogSettings.of(STANDARD_LOG),
        Set.of(),
        Clock.systemUTC());
  }

  public AgentOptions withStateDirectory(Path other) {
    return new AgentOptions(
        other,
        false,
        memoryBudget,
        grace,
        startLimit,
        backoff,
        deadLetters,
        logs,
        abandonedState,
        clock);
  }

  /** Keeps nothing. */
  public AgentOptions asEphemeral() {
    return new AgentOptions(
        stateDirectory,
        true,
        memoryBudget,
        grace,
        startLimit,
        backoff,
        deadLetters,
        logs,
        abandonedState,
        clock);
  }

  public AgentOptions withMemoryBudget(DataSize other) {
    return new AgentOptions(
        stateDirectory,
        ephemeral,
        other,
        grace,
        startLimit,
        backoff,
        deadLetters,
        logs,
        abandonedState,
        clock);
  }

  public AgentOptions withGrace(Duration other) {
    return new AgentOptions(
        stateDirectory,
        ephemeral,
        memoryBudget,
        other,
        startLimit,
        backoff,
        deadLetters,
        logs,
        abandonedState,
        clock);
  }

  public AgentOptions withStartLimit(Duration other) {
    return new AgentOptions(
        stateDirectory,
        ephemeral,
        memoryBudget,
        grace,
        other,
        backoff,
        deadLetters,
        logs,
        abandonedState,
        clock);
  }

  public AgentOptions withBackoff(ComponentSlot.Backoff other) {
    return new AgentOptions(
        stateDirectory,
        ephemeral,
        memoryBudget,
        grace,
        startLimit,
        other,
        deadLetters,
        logs,
        abandonedState,
        clock);
  }

  public AgentOptions withDeadLetters(DeadLetterSettings other) {
    return new AgentOptions(
        stateDirectory,
        ephemeral,
        memoryBudget,
        grace,
        startLimit,
        backoff,
        other,
        logs,
        abandonedState,
        clock);
  }

  public AgentOptions withLogs(LogSettings other) {
    return new AgentOptions(
        stateDirectory,
        ephemeral,
        memoryBudget,
        grace,
        startLimit,
        backoff,
        deadLetters,
        other,
        abandonedState,
        clock);
  }

  /** Forgets what these logs hold, should nobody own it. */
  public AgentOptions withAbandonedState(Set<String> names) {
    return new AgentOptions(
        stateDirectory,
        ephemeral,
        memoryBudget,
        grace,
        startLimit,
        backoff,
        deadLetters,
        logs,
        names,
        clock);
  }

  /** Takes the time from another clock. */
  public AgentOptions withClock(Clock other) {
    return new AgentOptions(
        stateDirectory,
        ephemeral,
        memoryBudget,
        grace,
        startLimit,
        backoff,
        deadLetters,
        logs,
        abandonedState,
        other);
  }
}
