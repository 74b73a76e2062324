package io.millrace.core.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.Connector;
import io.millrace.api.component.ConnectorFactory.Pair;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.fakes.AgentSetup;
import io.millrace.core.fakes.FakeExporter;
import io.millrace.core.fakes.FakeReceiver;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final Pair SAME = new Pair(Signal.LOGS, Signal.LOGS);
  private static final Pair COUNT = new Pair(Signal.LOGS, Signal.METRICS);

  private final AgentSetup setup =
      new AgentSetup(Path.of("unused"))
          .receiver("in", new FakeReceiver())
          .exporter("out", new FakeExporter());

  @Test
  void findsNothingWrongWithASoundGraph() {
    connector("forward", SAME);
    connector("count", COUNT);
    setup
        .pipeline("logs/a", "in", "", "forward count out")
        .pipeline("logs/b", "forward", "", "out")
        .pipeline("metrics", "count", "", "out");
    assertThat(Plan.problems(setup.config())).isEmpty();
    assertThat(Plan.downstreamFirst(setup.config()))
        .extracting(PipelineConfig::id)
        .containsExactlyInAnyOrder("logs/a", "logs/b", "metrics")
        .endsWith("logs/a");
  }

  @Test
  void namesSignalsThatAComponentDoesNotHandle() {
    setup.receiver(
        "lines", Set.of(Signal.LOGS), (context, outputs) -> new FakeReceiver().into(outputs));
    setup.pipeline("logs", "lines", "", "out").pipeline("traces/x", "lines in", "", "out");
    assertThat(Plan.problems(setup.config()))
        .containsExactly(
            "service::pipelines::traces/x: receiver \"lines\" does not support traces (expected: a"
                + " receiver for traces; this one handles logs)");
  }

  @Test
  void namesConnectorsThatLeadNowhere() {
    connector("forward", SAME);
    connector("count", COUNT);
    setup
        .pipeline("logs/a", "in", "", "forward out")
        .pipeline("logs/b", "count", "", "out")
        .pipeline("logs/c", "in", "", "count");
    assertThat(Plan.problems(setup.config()))
        .containsExactly(
            "connectors::forward: used as exporter in pipeline logs/a but not used in any supported"
                + " receiver pipeline (expected: both sides, with signals that the connector"
                + " joins)",
            "connectors::count: used as exporter in pipeline logs/c but not used in any supported"
                + " receiver pipeline (expected: both sides, with signals that the connector"
                + " joins)",
            "connectors::count: used as receiver in pipeline logs/b but not used in any supported"
                + " exporter pipeline (expected: both sides, with signals that the connector"
                + " joins)");
  }

  @Test
  void namesCycles() {
    connector("forward", SAME);
    connector("back", SAME);
    setup
        .pipeline("logs/start", "in", "", "forward")
        .pipeline("logs/a", "forward", "", "back")
        .pipeline("logs/b", "back", "", "forward out");
    assertThat(Plan.problems(setup.config()))
        .containsExactly(
            "cycle detected: pipeline logs/a -> connector \"back\" -> pipeline logs/b -> connector"
                + " \"forward\" -> pipeline logs/a");
  }

  @Test
  void namesAPipelineThatLeadsIntoItself() {
    connector("forward", SAME);
    setup.pipeline("logs", "in forward", "", "forward out");
    assertThat(Plan.problems(setup.config()))
        .containsExactly("cycle detected: pipeline logs -> connector \"forward\" -> pipeline logs");
  }

  private void connector(String id, Pair pair) {
    setup.connector(id, Set.of(pair), (context, outputs) -> noConnector());
  }

  private static Connector noConnector() {
    throw new AssertionError("planning makes no component");
  }
}
