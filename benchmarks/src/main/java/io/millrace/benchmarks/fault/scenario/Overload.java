package io.millrace.benchmarks.fault.scenario;

import io.millrace.benchmarks.fault.agent.AgentProcess;
import io.millrace.benchmarks.fault.ledger.Arrivals;
import io.millrace.benchmarks.fault.ledger.Books;
import io.millrace.benchmarks.fault.ledger.Spoil;
import io.millrace.benchmarks.fault.storm.Lane;
import io.millrace.benchmarks.fault.storm.Timeline;
import io.millrace.benchmarks.fault.traffic.GrpcDoor;
import io.millrace.benchmarks.fault.traffic.HttpDoor;
import io.millrace.benchmarks.fault.traffic.OtlpClients;
import io.millrace.benchmarks.fault.traffic.OtlpDoor;
import io.millrace.benchmarks.fault.traffic.OtlpSink;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * {@code overload}: many impatient OTLP clients offer ten times and more of what the server behind
 * the agent takes, until the log on the agent's disk is full and beyond. No other fault strikes:
 * every refusal must be an answer with a hint when to come again, and be counted by the agent's
 * metric; nothing may come in twice.
 */
final class Overload implements Scenario {
  static final String NAME = "overload";

  private static final int CLIENTS = 40;
  private static final int RECORDS_OF_REQUEST = 200;
  private static final Duration IMPATIENCE = Duration.ofMillis(100);

  /** Twenty requests a second: what the server takes, whatever the machine. */
  private static final Duration PACE = Duration.ofMillis(50);

  /** Small, so that it is full soon. */
  private static final String LOG_SIZE = "32MiB";

  private static final int TIMES = 10;
  private static final String REFUSED = "otelcol_receiver_refused_requests";

  private final Scene scene;
  private final Arrivals arrivals = new Arrivals();
  private final AgentProcess agent;
  private final OtlpClients clients;
  private String metrics = "";
  private long beganNanos;
  private long endedNanos;

  Overload(Stage stage, Timeline timeline) throws IOException {
    this.scene = new Scene(stage, NAME, timeline);
    OtlpSink sink = scene.keep(new OtlpSink(arrivals, PACE));
    this.agent =
        scene.agent(
            "agent",
            "otlp-to-otlp.yaml",
            Map.of("SINK", "http://" + sink.address()),
            null,
            List.of("--log-size", LOG_SIZE));
    List<OtlpDoor> doors = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      doors.add(i % 2 == 0 ? new HttpDoor(agent.otlpPort()) : new GrpcDoor(agent.grpcPort()));
    }
    this.clients =
        scene.keep(
            new OtlpClients(doors, scene.obligations(), RECORDS_OF_REQUEST, Duration.ZERO)
                .impatient(IMPATIENCE));
  }

  @Override
  public void start() throws IOException, InterruptedException {
    agent.start();
    beganNanos = System.nanoTime();
    clients.start();
  }

  @Override
  public List<Lane> lanes() {
    return List.of();
  }

  @Override
  public long owed() {
    return scene.obligations().owed();
  }

  @Override
  public void heal() {}

  @Override
  public void stopTraffic() throws IOException, InterruptedException {
    endedNanos = System.nanoTime();
    clients.stop();
    metrics = agent.metricsPage();
  }

  @Override
  public boolean isSettled() {
    return Books.isSettled(scene.obligations(), arrivals.sightings());
  }

  @Override
  public List<AgentProcess> agents() {
    return scene.agents();
  }

  @Override
  public void spoil(Set<Spoil> ways) {
    arrivals.spoil(ways, scene.obligations());
  }

  @Override
  public List<Books> books() {
    return List.of(
        Books.of("the OTLP server", scene.obligations(), arrivals.sightings(), repeat -> false));
  }

  @Override
  public List<String> violations() {
    List<String> violations = new ArrayList<>(clients.violations());
    long refused = 0;
    for (Map.Entry<String, Long> answer : clients.answers().entrySet()) {
      if (answer.getKey().contains(" with Ret")) {
        refused += answer.getValue();
      } else if (!answer.getKey().equals("HTTP 200") && !answer.getKey().equals("gRPC OK")) {
        violations.add(
            answer.getValue()
                + " requests got \""
                + answer.getKey()
                + "\" (expected: a yes, or a"
                + " refusal with a hint)");
      }
    }
    long counted = metrics.lines().mapToLong(Overload::countedRefusals).sum();
    if (refused == 0) {
      violations.add("nothing was refused: this was no overload");
    } else if (counted < refused) {
      violations.add(
          refused + " refusals, but the metric " + REFUSED + " counts " + counted + " of them");
    }
    if (times() < TIMES) {
      violations.add(
          String.format(
              Locale.ROOT,
              "%.1f times what the server takes was offered (expected: %d times; the clients were"
                  + " too slow, which says nothing about the agent)",
              times(),
              TIMES));
    }
    return violations;
  }

  private static long countedRefusals(String line) {
    return line.startsWith(REFUSED + "{")
        ? (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))
        : 0;
  }

  private double requestsPerSecond() {
    long requests = clients.answers().values().stream().mapToLong(Long::longValue).sum();
    return requests / ((endedNanos - beganNanos) / 1e9);
  }

  private double times() {
    return requestsPerSecond() / Duration.ofSeconds(1).dividedBy(PACE);
  }

  @Override
  public List<String> remarks() {
    return List.of(
        String.format(
            Locale.ROOT,
            "%.0f requests a second offered, %.1f times what the server takes",
            requestsPerSecond(),
            times()),
        "answers to the clients: " + clients.answers());
  }

  @Override
  public void close() throws IOException {
    scene.close();
  }
}
