package io.millrace.benchmarks.fault.scenario;

import io.millrace.benchmarks.fault.agent.AgentProcess;
import io.millrace.benchmarks.fault.agent.OffsetClock;
import io.millrace.benchmarks.fault.ledger.Arrivals;
import io.millrace.benchmarks.fault.ledger.Books;
import io.millrace.benchmarks.fault.ledger.Excuses;
import io.millrace.benchmarks.fault.ledger.Sightings.Repeat;
import io.millrace.benchmarks.fault.ledger.Spoil;
import io.millrace.benchmarks.fault.storm.Fault;
import io.millrace.benchmarks.fault.storm.Lane;
import io.millrace.benchmarks.fault.storm.Timeline;
import io.millrace.benchmarks.fault.traffic.GrpcDoor;
import io.millrace.benchmarks.fault.traffic.HttpDoor;
import io.millrace.benchmarks.fault.traffic.OtlpClients;
import io.millrace.benchmarks.fault.traffic.OtlpDoor;
import io.millrace.benchmarks.fault.traffic.OtlpSink;
import io.millrace.testkit.fault.FaultProxy;
import io.millrace.testkit.fault.SmallDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code otlp-log-otlp}: OTLP clients, an agent that answers once the log on its disk has the
 * telemetry, an OTLP server. Every piece that was answered with a yes must come in. The server
 * keeps no ids for the agent, so that one may come in twice: when the agent died in between, when
 * the server's answer did not get through, and when the client itself has sent it twice.
 */
final class OtlpThroughLog implements Scenario {
  static final String NAME = "otlp-log-otlp";

  private static final int CLIENTS = 4;
  private static final int RECORDS_OF_REQUEST = 25;
  private static final Duration PERIOD = Duration.ofMillis(200);
  private static final int DISK_MEBIBYTES = 48;

  private final Scene scene;
  private final Timeline timeline;
  private final Arrivals arrivals = new Arrivals();
  private final Excuses unanswered = new Excuses();
  private final FaultProxy proxy;
  private final ProxyFaults proxyFaults;
  private final AgentProcess agent;
  private final OffsetClock clock;
  private final @Nullable SmallDisk disk;
  private final OtlpClients clients;

  OtlpThroughLog(Stage stage, Timeline timeline) throws IOException, InterruptedException {
    this.scene = new Scene(stage, NAME, timeline);
    this.timeline = timeline;
    OtlpSink sink = scene.keep(new OtlpSink(arrivals, Duration.ZERO));
    this.proxy = scene.keep(FaultProxy.http(sink.address()));
    this.proxyFaults = new ProxyFaults(proxy, "sink", timeline, unanswered);
    Map<String, String> environment = new HashMap<>();
    environment.put("SINK", proxy.url());
    this.clock = scene.clock(environment);
    this.disk = scene.smallDisk(DISK_MEBIBYTES);
    this.agent = scene.agent("agent", "otlp-to-otlp.yaml", environment, disk, List.of());
    List<OtlpDoor> doors = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      doors.add(i % 2 == 0 ? new HttpDoor(agent.otlpPort()) : new GrpcDoor(agent.grpcPort()));
    }
    this.clients =
        scene.keep(new OtlpClients(doors, scene.obligations(), RECORDS_OF_REQUEST, PERIOD));
  }

  @Override
  public void start() throws IOException, InterruptedException {
    agent.start();
    clients.start();
  }

  @Override
  public List<Lane> lanes() {
    AgentFaults faults = new AgentFaults(agent, timeline);
    List<Fault> ofAgent = new ArrayList<>();
    ofAgent.add(faults.kill());
    ofAgent.add(faults.killTwice());
    ofAgent.add(faults.terminate());
    ofAgent.add(faults.clock(clock));
    if (disk != null) {
      ofAgent.add(faults.fullDisk(disk));
    }
    return List.of(
        Lane.of("agent", 2, 9, ofAgent),
        Lane.of("sink", 1, 6, proxyFaults.all(401, 403, 500, 502)));
  }

  @Override
  public long owed() {
    return scene.obligations().owed();
  }

  @Override
  public void heal() throws IOException {
    proxyFaults.heal();
  }

  @Override
  public void stopTraffic() throws IOException, InterruptedException {
    clients.stop();
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
        Books.of("the OTLP server", scene.obligations(), arrivals.sightings(), this::mayRepeat));
  }

  private boolean mayRepeat(Repeat repeat) {
    return scene.obligations().isSentAgain(repeat.source(), repeat.number())
        || arrivals.isExcused(repeat, agent.deaths())
        || arrivals.isExcused(repeat, unanswered);
  }

  @Override
  public List<String> violations() {
    return clients.violations();
  }

  @Override
  public List<String> remarks() {
    List<String> remarks = new ArrayList<>(scene.remarks());
    remarks.add("answers to the clients: " + clients.answers());
    return remarks;
  }

  @Override
  public void close() throws IOException {
    scene.close();
  }
}
