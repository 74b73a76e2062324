package io.millrace.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code fuzz/run}: fuzzes a target for a while, beginning with the inputs that are kept, and keeps
 * those that reach something new. Exit code 0 only when nothing was found.
 */
@Command(
    name = "fuzz/run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Fuzzes one target with Jazzer on one thread. docs/fuzzing.md says what the targets check."
    },
    footer = {
      "",
      "Examples:",
      "  fuzz/run door --for 30m       and fuzz/corpus/door.zip has grown",
      "  fuzz/run edit FILE            runs one input, e.g. one that Jazzer has left",
      "",
      "Exit codes: 0 nothing found, 1 a bug found or the run failed, 2 wrong options."
    })
public final class Fuzz implements Callable<Integer> {
  private final Path home;

  @Parameters(
      index = "0",
      paramLabel = "TARGET",
      converter = TargetConverter.class,
      description = "One of door, edit, otlp-json, profiles.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Target target;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FILE",
      description = "An input to run once instead of fuzzing.")
  private @Nullable Path input;

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      defaultValue = "60s",
      converter = DurationConverter.class,
      description = "How long to fuzz (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Duration duration;

  @Option(
      names = "--max-length",
      paramLabel = "BYTES",
      defaultValue = "4096",
      description = "The longest input to try (default: ${DEFAULT-VALUE}).")
  private int maxLength;

  Fuzz(Path home) {
    this.home = home;
  }

  /** Runs the command. */
  public static void main(String[] arguments) {
    Path home = Path.of(System.getProperty("millrace.home", "."));
    System.exit(new CommandLine(new Fuzz(home)).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (input != null) {
      target.run(Files.readAllBytes(input));
      return 0;
    }
    Corpus corpus = new Corpus(home, target);
    Path work = home.resolve("fuzz/target/" + target.id());
    Path found = work.resolve("found");
    Path grown = work.resolve("corpus");
    Path least = work.resolve("least");
    empty(grown);
    empty(least);
    Files.createDirectories(found);
    corpus.unpack(grown);
    List<String> fuzz =
        List.of(
            "-max_total_time=" + duration.toSeconds(),
            "-max_len=" + maxLength,
            "-timeout=20",
            "-print_final_stats=1",
            "-artifact_prefix=" + found + "/",
            "--reproducer_path=" + found);
    int bugs = jazzer(fuzz, grown);
    int failed = jazzer(List.of("-merge=1", "-timeout=20"), least, grown);
    if (failed == 0) {
      corpus.pack(least);
    }
    return bugs == 0 && failed == 0 ? 0 : 1;
  }

  private int jazzer(List<String> options, Path... folders)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("com.code_intelligence.jazzer.Jazzer");
    command.add("--target_class=" + target.className());
    command.add("--instrumentation_includes=" + String.join(":", Target.INSTRUMENTED));
    command.add("--custom_hook_excludes=io.millrace.fuzz.**");
    // They allocate for every regular expression, which would count as the target's.
    command.add(
        "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.RegexInjection"
            + ":com.code_intelligence.jazzer.sanitizers.RegexRoadblocks");
    command.addAll(options);
    Path dictionary = home.resolve("fuzz/corpus/" + target.id() + ".dict");
    if (Files.exists(dictionary)) {
      command.add("-dict=" + dictionary);
    }
    for (Path folder : folders) {
      command.add(folder.toString());
    }
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private static void empty(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  static final class TargetConverter implements ITypeConverter<Target> {
    @Override
    public Target convert(String text) {
      for (Target target : Target.values()) {
        if (target.id().equals(text)) {
          return target;
        }
      }
      throw new TypeConversionException(
          "\"" + text + "\" (expected: door, edit, otlp-json or profiles)");
    }
  }

  static final class DurationConverter implements ITypeConverter<Duration> {
    private static final Map<Character, Duration> UNITS =
        Map.of(
            's', Duration.ofSeconds(1),
            'm', Duration.ofMinutes(1),
            'h', Duration.ofHours(1));

    @Override
    public Duration convert(String text) {
      Duration unit = text.isEmpty() ? null : UNITS.get(text.charAt(text.length() - 1));
      if (unit == null || !text.matches("[1-9][0-9]{0,5}[smh]")) {
        throw new TypeConversionException("\"" + text + "\" (expected: a duration, e.g. 30m)");
      }
      return unit.multipliedBy(Long.parseLong(text.substring(0, text.length() - 1)));
    }
  }
}
