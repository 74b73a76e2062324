package io.millrace.benchmarks.transports;

import io.millrace.benchmarks.Home;
import io.millrace.benchmarks.load.subject.Cores;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code benchmarks/transports/run}: what servers cost that only take OTLP over gRPC. */
@Command(
    name = "benchmarks/transports/run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Sends the same requests to servers that only count and answer them, one after the other,"
            + " each with the JVM's options of the agent's launcher, and prints what a request took."
            + " docs/benchmarks.md says how.")
public final class Transports implements Callable<Integer> {
  private final PrintStream out;

  @Option(
      names = "--records",
      paramLabel = "N",
      defaultValue = "512",
      description = "Records of 292 bytes in a request (default: ${DEFAULT-VALUE}).")
  private int records;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Requests per second (default: as fast as they are answered).")
  private @Nullable Double rate;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "5",
      description = "Seconds before what counts (default: ${DEFAULT-VALUE}).")
  private double warmUp;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How long each turn measures (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--turns",
      paramLabel = "N",
      defaultValue = "2",
      description = "How often each server is measured (default: ${DEFAULT-VALUE}).")
  private int turns;

  @Parameters(
      paramLabel = "SERVER",
      description = "Which ones (default: all): ${DEFAULT-VALUE}.",
      defaultValue =
          "agent grpc-nio grpc-epoll grpc-io_uring own-nio own-epoll vertx helidon jetty",
      split = " ")
  private List<String> servers = List.of();

  private Transports(PrintStream out) {
    this.out = out;
  }

  /** Runs the comparison and ends the process. */
  public static void main(String[] arguments) {
    Logger.getLogger("").setLevel(Level.OFF);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.exit(new CommandLine(new Transports(out)).execute(arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    Path target = Home.find().root().resolve("benchmarks/transports/target");
    Map<String, Cost> costs = new LinkedHashMap<>();
    boolean valid = true;
    try (Cores cores = Cores.claim()) {
      out.println(cores.describe());
      ServerTurn turn =
          new ServerTurn(
              target.resolve("transports/bin/server"),
              target.resolve("turns"),
              cores,
              records,
              rate == null ? Double.POSITIVE_INFINITY : rate,
              warmUp,
              seconds);
      for (int i = 0; i < turns; i++) {
        for (String server : servers) {
          valid &= measure(turn, server, costs);
        }
      }
    }
    print(costs);
    return valid ? 0 : 1;
  }

  private boolean measure(ServerTurn turn, String server, Map<String, Cost> costs)
      throws InterruptedException {
    try {
      costs.merge(server, turn.measure(server), Cost::plus);
      return true;
    } catch (IOException e) {
      out.println(server + " HAS FAILED: " + e.getMessage());
      return false;
    }
  }

  private void print(Map<String, Cost> costs) {
    out.printf(
        "%-14s %10s %12s %13s %11s %9s %7s %7s %8s %8s%n",
        "server",
        "requests/s",
        "us CPU/req.",
        "switches/req.",
        "faults/req.",
        "start CPU",
        "RSS",
        "peak",
        "classes",
        "harness");
    costs.forEach(
        (server, cost) ->
            out.printf(
                Locale.ROOT,
                "%-14s %,10.0f %12.1f %13.2f %11.2f %8.2fs %7.1f %7.1f %,8d %7.0f%%%n",
                server,
                cost.requestsPerSecond(),
                cost.microsPerRequest(),
                cost.switchesPerRequest(),
                cost.faultsPerRequest(),
                cost.startSeconds(),
                cost.residentMebibytes(),
                cost.peakMebibytes(),
                cost.classes(),
                cost.harnessShare() * 100));
  }
}
