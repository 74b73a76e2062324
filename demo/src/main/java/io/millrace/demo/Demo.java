package io.millrace.demo;

import io.millrace.demo.ledger.Ledger;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code millrace demo}: starts Elasticsearch, Kafka, Flink and the agent, lets telemetry flow,
 * kills the agent once, drains, and lets the ledger decide. Exit code 0 only when the ledger
 * balances.
 */
@Command(
    name = "millrace demo",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the main job on real parts: the agent tails the log files of an Elasticsearch, a Kafka"
          + " and a Flink, receives OTLP, and writes to Kafka and Elasticsearch; a Flink job counts"
          + " in windows. In between the agent is killed with -9. At the end a ledger compares"
          + " files, Kafka and Elasticsearch."
    },
    footer = {
      "",
      "Examples:",
      "  millrace demo                              one minute, then the ledger",
      "  millrace demo --for 20s                    a short one",
      "  millrace demo --input '/var/log/app/*.log' with files of your own",
      "",
      "Exit codes: 0 the ledger balances, 1 it does not or a part failed, 2 wrong options."
    })
public final class Demo implements Callable<Integer> {
  private static final Logger SDK_LOG = Logger.getLogger("io.opentelemetry");

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      defaultValue = "60s",
      converter = FlowConverter.class,
      description = "How long telemetry flows, 10s at least (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Duration duration;

  @Option(
      names = "--input",
      paramLabel = "GLOB",
      description =
          "Files to read as well; may be repeated. Quote it, so that the shell leaves it.")
  private List<String> inputs = new ArrayList<>();

  /** Runs the demo. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Demo()).execute(arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    // While the agent is down its clients fail, as they should; their stack traces help nobody
    // here.
    SDK_LOG.setLevel(Level.OFF);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (DemoStack stack = new DemoStack(inputs, out)) {
      Thread closer = Thread.ofPlatform().unstarted(stack::close);
      Runtime.getRuntime().addShutdownHook(closer);
      try {
        stack.start();
        new DemoRun(stack, duration, out).run();
        return ledger(stack.settle(), out);
      } catch (IOException e) {
        out.println(
            stack.isClosed()
                ? "Stopped before its end."
                : "The demo has failed: " + e.getMessage());
        return 1;
      }
    }
  }

  /** Runs the ledger as a program of its own and returns its exit code. */
  private static int ledger(Path plan, PrintStream out) throws IOException, InterruptedException {
    out.println();
    out.println("The ledger (reads only files, Kafka and Elasticsearch):");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Ledger.class.getName(),
                "--plan",
                plan.toString())
            .inheritIO()
            .start();
    try {
      return process.waitFor();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Reads a duration that is long enough for the agent to be killed in it. */
  static final class FlowConverter implements CommandLine.ITypeConverter<Duration> {
    private static final Duration LEAST = Duration.ofSeconds(10);

    @Override
    public Duration convert(String value) {
      Duration duration = new DurationConverter().convert(value);
      if (duration.compareTo(LEAST) < 0) {
        throw new CommandLine.TypeConversionException("\"" + value + "\" (expected: 10s or more)");
      }
      return duration;
    }
  }
}
