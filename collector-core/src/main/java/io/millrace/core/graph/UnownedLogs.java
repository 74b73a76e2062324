package io.millrace.core.graph;

import io.millrace.core.log.LogInspector;
import io.millrace.core.state.StateDirectory;
import io.millrace.core.state.StateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds undelivered batches in the state directory that the configuration has no owner for: an
 * agent that started nevertheless would keep them for ever, or lose them. One thread at a time.
 */
public final class UnownedLogs {
  private static final Logger LOGGER = LoggerFactory.getLogger(UnownedLogs.class);

  private final StateDirectory state;
  private final Set<String> abandoned;
  private final List<String> problems = new ArrayList<>();

  private UnownedLogs(StateDirectory state, Set<String> abandoned) {
    this.state = state;
    this.abandoned = abandoned;
  }

  /**
   * Looks at every log; forgets what is abandoned, and readers that have delivered everything.
   *
   * @param abandoned names of logs that may be forgotten
   * @throws StateException when something is left that nobody owns; the message names all of it
   */
  public static void check(StateDirectory state, AgentConfig config, Set<String> abandoned)
      throws StateException, IOException {
    UnownedLogs unowned = new UnownedLogs(state, abandoned);
    Map<Path, Set<String>> owned = new java.util.HashMap<>();
    LogNames.of(config).forEach((name, readers) -> owned.put(state.logPath(name), readers));
    for (Path log : logs(state.logsDirectory())) {
      Set<String> readers = owned.get(log);
      if (readers == null) {
        unowned.checkLog(log);
      } else {
        unowned.checkReaders(log, readers);
      }
    }
    if (!unowned.problems.isEmpty()) {
      throw new StateException(String.join("\n", unowned.problems), null);
    }
  }

  private static List<Path> logs(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.filter(Files::isDirectory).sorted().toList();
    }
  }

  private void checkLog(Path log) throws IOException {
    LogInspector.Summary summary = LogInspector.inspect(log, entry -> {});
    if (summary.waitingBatches() == 0) {
      return;
    }
    String name = String.valueOf(log.getFileName());
    if (!abandoned.contains(name)) {
      problems.add(problem(name, summary.waitingBatches(), ""));
      return;
    }
    LOGGER
        .atWarn()
        .addKeyValue("log", name)
        .addKeyValue("batches", summary.waitingBatches())
        .log("Undelivered batches are forgotten, as --abandon-state says");
    delete(log);
  }

  private void checkReaders(Path log, Set<String> owners) throws IOException {
    List<String> others =
        LogInspector.readers(log).stream().filter(reader -> !owners.contains(reader)).toList();
    if (others.isEmpty()) {
      return;
    }
    String name = String.valueOf(log.getFileName());
    for (LogInspector.Reader reader : LogInspector.inspect(log, entry -> {}).readers()) {
      if (!others.contains(reader.name())) {
        continue;
      }
      if (reader.waitingBatches() > 0 && !abandoned.contains(name)) {
        problems.add(
            problem(name, reader.waitingBatches(), " for pipeline \"" + reader.name() + "\""));
        continue;
      }
      if (reader.waitingBatches() > 0) {
        LOGGER
            .atWarn()
            .addKeyValue("log", name)
            .addKeyValue("reader", reader.name())
            .addKeyValue("batches", reader.waitingBatches())
            .log("Undelivered batches are forgotten, as --abandon-state says");
      }
      LogInspector.forget(log, reader.name());
    }
  }

  private String problem(String name, long batches, String whose) {
    return "State directory "
        + state.root()
        + " holds "
        + batches
        + " undelivered batches of "
        + name
        + whose
        + ", which the configuration does not have (expected: the component back in the"
        + " configuration until they are delivered, or --abandon-state "
        + name
        + " to lose them)";
  }

  private static void delete(Path log) throws IOException {
    try (Stream<Path> files = Files.list(log)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(log);
  }
}
