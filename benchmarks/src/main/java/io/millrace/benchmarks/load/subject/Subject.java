package io.millrace.benchmarks.load.subject;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Who is measured. Immutable.
 *
 * @param name what tables call it
 * @param command how it is started; {@code {config}} stands for its first configuration; others
 *     follow as {@code --config FILE}, and so does the first where it is not named
 * @param ours whether it is this repository's agent, which gets what only it understands
 */
public record Subject(String name, List<String> command, boolean ours) {
  private static final String CONFIG = "{config}";

  public Subject {
    command = List.copyOf(command);
  }

  /** This repository's agent. */
  public static Subject millrace(Path launcher) {
    return new Subject("millrace", List.of(launcher.toString(), "run"), true);
  }

  /** The same with further options. */
  public Subject with(String... options) {
    List<String> line = new ArrayList<>(command);
    line.addAll(Arrays.asList(options));
    return new Subject(name, line, ours);
  }

  /** One that is given as {@code NAME=COMMAND}. */
  public static Subject peer(String text) {
    int equals = text.indexOf('=');
    if (equals < 1 || equals == text.length() - 1) {
      throw new IllegalArgumentException(
          "\"" + text + "\" (expected: NAME=COMMAND, such as otelcol=/usr/bin/otelcol)");
    }
    String command = text.substring(equals + 1).strip();
    return new Subject(text.substring(0, equals), Arrays.asList(command.split("\\s+", -1)), false);
  }

  /** Its command line for configurations, of which later ones add to earlier ones. */
  List<String> commandLine(List<Path> configurations) {
    List<String> line = new ArrayList<>();
    boolean named = false;
    for (String word : command) {
      named |= word.contains(CONFIG);
      line.add(word.replace(CONFIG, configurations.getFirst().toString()));
    }
    for (Path each : configurations.subList(named ? 1 : 0, configurations.size())) {
      line.addAll(List.of("--config", each.toString()));
    }
    return line;
  }
}
