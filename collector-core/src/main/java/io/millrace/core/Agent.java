package io.millrace.core;

import io.millrace.api.component.AgentHealth;
import io.millrace.api.config.Endpoint;
import io.millrace.core.component.DeadLetterWatch;
import io.millrace.core.component.Extensions;
import io.millrace.core.component.HealthBoard;
import io.millrace.core.component.Services;
import io.millrace.core.component.StateMetrics;
import io.millrace.core.delivery.AttemptTimer;
import io.millrace.core.delivery.ExportPath;
import io.millrace.core.delivery.MemoryBudget;
import io.millrace.core.graph.AgentConfig;
import io.millrace.core.graph.Graph;
import io.millrace.core.graph.Guarantees;
import io.millrace.core.graph.TelemetrySettings;
import io.millrace.core.graph.UnownedLogs;
import io.millrace.core.plugin.Components;
import io.millrace.core.state.DeadLetterStore;
import io.millrace.core.state.DropJournal;
import io.millrace.core.state.StateDirectory;
import io.millrace.core.state.StateException;
import io.millrace.core.telemetry.Balance;
import io.millrace.core.telemetry.Instruments;
import io.millrace.core.telemetry.MetricsServer;
import io.millrace.core.telemetry.ProcessMetrics;
import io.millrace.core.telemetry.PrometheusText;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running collector: a configuration, brought to life. Started at most once, then stopped. {@link
 * #start} and {@link #stop} are for one thread; the rest is thread-safe.
 *
 * <p>Once started it does not fail: a component that cannot start is shown unhealthy and tried
 * again, and takes only its own pipelines down.
 */
public final class Agent {
  private static final Logger LOGGER = LoggerFactory.getLogger(Agent.class);

  private final AgentConfig config;
  private final Components components;
  private final AgentOptions options;
  private final HealthBoard board;
  private final Instruments instruments;
  private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
  private volatile @Nullable Graph graph;
  private volatile @Nullable MetricsServer metricsServer;

  /**
   * Makes an agent that does nothing yet.
   *
   * @param components where the configuration's factories came from
   */
  public Agent(AgentConfig config, Components components, AgentOptions options) {
    this.config = config;
    this.components = components;
    this.options = options;
    this.board = new HealthBoard(options.clock());
    Map<String, String> resource = new LinkedHashMap<>();
    resource.put("service.name", "millrace");
    resource.putAll(config.telemetry().resource());
    this.instruments = new Instruments(resource);
  }

  /**
   * Opens the state directory, builds the graph and starts it.
   *
   * @throws StateException when the state directory cannot be used
   * @throws IllegalArgumentException when the graph cannot be built; see {@link
   *     io.millrace.core.graph.Plan#problems}
   * @throws InterruptedException when the thread was interrupted; {@link #stop} must follow
   */
  public void start() throws StateException, InterruptedException {
    toClose.push(instruments);
    StateDirectory state =
        options.ephemeral()
            ? StateDirectory.openEphemeral()
            : StateDirectory.open(options.stateDirectory());
    toClose.push(state);
    try {
      Graph built = build(state);
      graph = built;
      openMetrics();
      LOGGER
          .atInfo()
          .addKeyValue("agent", state.agentId())
          .addKeyValue("state", state.root())
          .addKeyValue("componentTypes", countTypes())
          .log("Starting");
      Guarantees.of(config).forEach(line -> LOGGER.info("Pipeline {}", line));
      built.start(options.startLimit());
      board.started();
      LOGGER.atInfo().addKeyValue("ready", board.ready()).log("Started");
    } catch (IllegalArgumentException | StateException e) {
      closeAll();
      throw e;
    } catch (IOException e) {
      closeAll();
      throw new StateException("State directory " + state.root() + " cannot be used: " + e, e);
    }
  }

  /** Stops all components, within the grace time and a little more. */
  public void stop() throws InterruptedException {
    board.stopped();
    Graph running = graph;
    try {
      if (running != null) {
        running.stop(options.grace());
        graph = null;
      }
    } finally {
      closeAll();
    }
  }

  /** How the components are. */
  public AgentHealth health() {
    return board;
  }

  /** The agent's own instruments. */
  public Instruments instruments() {
    return instruments;
  }

  /** The agent's metrics in Prometheus' text format. */
  public String metricsPage() {
    return PrometheusText.of(instruments.collect());
  }

  /** The port where the metrics are served; empty when they are not. */
  public OptionalInt metricsPort() {
    MetricsServer server = metricsServer;
    return server == null ? OptionalInt.empty() : OptionalInt.of(server.port());
  }

  /** The books of every part of the graph; empty when it does not run. */
  public List<Balance> balances() {
    Graph running = graph;
    return running == null ? List.of() : running.balances();
  }

  private Graph build(StateDirectory state) throws IOException, StateException {
    UnownedLogs.check(state, config, options.abandonedState());
    ProcessMetrics.register(instruments);
    StateMetrics.register(instruments, state);
    DropJournal journal = new DropJournal(state, options.clock());
    toClose.push(journal);
    DeadLetterWatch watch = new DeadLetterWatch(instruments, board);
    DeadLetterStore deadLetters =
        new DeadLetterStore(state, options.deadLetters(), options.clock(), watch);
    watch.measure(deadLetters);
    toClose.push(deadLetters);
    AttemptTimer timer = new AttemptTimer();
    toClose.push(timer);
    Services services =
        new Services(state, deadLetters, instruments, new Extensions(), board, options.clock());
    MemoryBudget budget = new MemoryBudget(Math.max(1, options.memoryBudget().bytes()));
    var _ =
        instruments.gauge(
            "otelcol_memory_budget_used_bytes",
            "Bytes that the queues hold together",
            Map.of(),
            budget::usedBytes);
    return Graph.build(
        config,
        new Graph.Tools(
            new ExportPath.Shared(services, timer, budget, journal),
            journal,
            options.backoff(),
            options.logs()));
  }

  private void openMetrics() {
    Endpoint endpoint = config.telemetry().prometheus();
    if (endpoint == null
        || config.telemetry().metricsLevel() == TelemetrySettings.MetricsLevel.NONE) {
      return;
    }
    try {
      MetricsServer server = MetricsServer.open(endpoint, instruments);
      metricsServer = server;
      toClose.push(server);
    } catch (IOException e) {
      LOGGER
          .atWarn()
          .log(
              "Own metrics are not served: {}: {} (expected: a free port in"
                  + " service::telemetry::metrics)",
              endpoint,
              e.getMessage());
    }
  }

  private int countTypes() {
    int count = 0;
    for (io.millrace.core.plugin.Kind kind : io.millrace.core.plugin.Kind.values()) {
      count += components.all(kind).size();
    }
    return count;
  }

  private void closeAll() {
    metricsServer = null;
    while (!toClose.isEmpty()) {
      try {
        toClose.pop().close();
      } catch (Exception e) {
        LOGGER.atWarn().setCause(e).log("Could not close a part of the agent");
      }
    }
  }
}
