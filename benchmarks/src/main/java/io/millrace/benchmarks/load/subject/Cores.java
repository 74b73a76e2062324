package io.millrace.benchmarks.load.subject;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Who runs on which core: the agent on the last one that this process may use, the harness on the
 * others. Where {@code taskset} is absent or there is only one core, everybody runs anywhere.
 * Immutable.
 *
 * @param all those there are
 * @param pinned whether agent and harness are kept apart
 */
public record Cores(List<Integer> all, boolean pinned) implements AutoCloseable {
  public Cores {
    all = List.copyOf(all);
  }

  /** Keeps this process away from the agent's core, where that is possible. */
  public static Cores claim() {
    List<Integer> all = allowed();
    boolean possible = all.size() > 1 && Files.isExecutable(Path.of("/usr/bin/taskset"));
    Cores cores = new Cores(all, possible);
    if (possible && !confine(all.subList(0, all.size() - 1))) {
      return new Cores(all, false);
    }
    return cores;
  }

  /** How many cores the harness has. */
  public int ofHarness() {
    return pinned ? all.size() - 1 : all.size();
  }

  /** What stands before the command of an agent that is to stay on its core. */
  public List<String> forAgent() {
    return pinned ? List.of("taskset", "-c", all.getLast().toString()) : List.of();
  }

  /** What stands before the command of an agent that may run anywhere. */
  public List<String> forAnyCore() {
    return pinned ? List.of("taskset", "-c", list(all)) : List.of();
  }

  /** In words. */
  public String describe() {
    return pinned
        ? "agent on core " + all.getLast() + ", harness on " + list(all.subList(0, ofHarness()))
        : "NOT PINNED: agent and harness share " + all.size() + " core(s)";
  }

  /** Lets this process use all of them again. */
  @Override
  public void close() {
    if (pinned) {
      confine(all);
    }
  }

  private static boolean confine(List<Integer> cores) {
    String pid = Long.toString(ProcessHandle.current().pid());
    try {
      Process process =
          new ProcessBuilder("taskset", "-a", "-c", "-p", list(cores), pid)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The cores that the system lets this process use. */
  private static List<Integer> allowed() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("Cpus_allowed_list:")) {
          return parse(line.substring(line.indexOf(':') + 1).strip());
        }
      }
    } catch (IOException e) {
      // Another system; it does not tell.
    }
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      all.add(i);
    }
    return all;
  }

  /** Reads a list such as {@code 0-3,8}. */
  static List<Integer> parse(String list) {
    List<Integer> cores = new ArrayList<>();
    for (String range : list.split(",", -1)) {
      int dash = range.indexOf('-');
      int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
      int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
      for (int core = first; core <= last; core++) {
        cores.add(core);
      }
    }
    return cores;
  }

  private static String list(List<Integer> cores) {
    return cores.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
