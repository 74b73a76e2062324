package io.millrace.benchmarks.transports;

import io.millrace.benchmarks.load.records.Expectation;
import io.millrace.benchmarks.load.records.LogRecords;
import io.millrace.benchmarks.load.records.PreparedRequest;
import io.millrace.benchmarks.load.records.Tally;
import io.millrace.benchmarks.load.records.TimedReading;
import io.millrace.benchmarks.load.subject.Cores;
import io.millrace.benchmarks.load.subject.ProcessFigures;
import io.millrace.benchmarks.load.wire.Generator;
import io.millrace.benchmarks.load.wire.GrpcSender;
import io.millrace.benchmarks.load.wire.Loop;
import io.millrace.testkit.server.LoopbackPorts;
import io.millrace.testkit.server.RunDirectory;
import io.millrace.testkit.server.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Measures one server once, as a new process: four connections with four requests at once on each.
 * Immutable.
 *
 * @param launcher starts a server by name and port
 * @param records of a request
 * @param requestsPerSecond at most
 * @param warmUpSeconds before what counts
 * @param seconds that count
 */
record ServerTurn(
    Path launcher,
    Path runs,
    Cores cores,
    int records,
    double requestsPerSecond,
    double warmUpSeconds,
    double seconds) {
  private static final int CONNECTIONS = 4;
  private static final int AT_ONCE = 4;
  private static final Duration READY = Duration.ofSeconds(30);
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final long ANSWERS_MILLIS = 5_000;

  /**
   * Measures.
   *
   * @throws IOException when the server fails, refuses a request, or has not received what it
   *     answered
   */
  Cost measure(String server) throws IOException, InterruptedException {
    PreparedRequest prepared = PreparedRequest.of(LogRecords.of(records));
    int port = LoopbackPorts.free();
    List<String> command = new ArrayList<>(cores.forAgent());
    command.addAll(List.of(launcher.toString(), server, Integer.toString(port)));
    try (RunDirectory directory = RunDirectory.create(runs, server)) {
      Path log = directory.path().resolve("log");
      ServerProcess process = ServerProcess.start(server, command, Map.of(), log);
      try (Loop loop = new Loop()) {
        process.awaitReady(READY, () -> listens(port));
        double started = ProcessFigures.of(process.pid()).cpuSeconds();
        Generator generator = generator();
        generator.attach(loop, GrpcSender.to(port, prepared, AT_ONCE), CONNECTIONS);
        generator.send(requestsPerSecond * records);
        pass(warmUpSeconds, loop);
        Cost cost = measure(process.pid(), generator, loop, started);
        settle(generator);
        process.stop(GRACE);
        check(log, generator.answered(), prepared.size());
        return cost;
      } finally {
        process.kill();
      }
    }
  }

  private Cost measure(long pid, Generator generator, Loop loop, double started)
      throws IOException, InterruptedException {
    ProcessFigures begin = ProcessFigures.of(pid);
    double harnessBegin = ProcessFigures.ownCpuSeconds();
    long switches = JavaProcess.switches(pid);
    long faults = JavaProcess.faults(pid);
    long answered = generator.answered();
    long nanos = System.nanoTime();
    pass(seconds, loop);
    double wall = (System.nanoTime() - nanos) / 1e9;
    long answeredEnd = generator.answered();
    ProcessFigures end = ProcessFigures.of(pid);
    double harness = ProcessFigures.ownCpuSeconds() - harnessBegin;
    long switchesEnd = JavaProcess.switches(pid);
    long faultsEnd = JavaProcess.faults(pid);
    return new Cost(
        wall,
        answeredEnd - answered,
        end.cpuSeconds() - begin.cpuSeconds(),
        switchesEnd - switches,
        faultsEnd - faults,
        harness / wall / cores.ofHarness(),
        started,
        end.residentMebibytes(),
        end.peakMebibytes(),
        JavaProcess.classes(pid));
  }

  /** There is no sink behind these servers, so that nothing is to be waited for but answers. */
  private Generator generator() {
    LogRecords sent = LogRecords.of(records);
    Tally none = new Tally(new TimedReading(new Expectation(sent, false)), Set.of());
    return new Generator(none, records, sent.stride(), Integer.MAX_VALUE);
  }

  private static void settle(Generator generator) throws IOException, InterruptedException {
    generator.stop();
    for (long left = ANSWERS_MILLIS; left > 0 && !generator.idle(); left -= 10) {
      Thread.sleep(10);
    }
    if (generator.refusals() > 0) {
      throw new IOException(generator.refusals() + " requests refused: " + generator.lastRefusal());
    }
  }

  /** Compares what the server has received with what it has answered. */
  private static void check(Path log, long answered, int bytes) throws IOException {
    String expected = "received " + answered + " " + answered * bytes;
    List<String> said = Files.readAllLines(log);
    if (said.stream().noneMatch(expected::equals)) {
      throw new IOException(
          "\"" + expected + "\" is not what the server says: " + String.join("\n", said));
    }
  }

  private static void pass(double seconds, Loop loop) throws IOException, InterruptedException {
    Thread.sleep(Duration.ofNanos((long) (seconds * 1e9)));
    loop.check();
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }
}
