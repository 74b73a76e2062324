package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.ConnectorFactory.Pair;
import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Outputs;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.fakes.AgentSetup;
import io.millrace.core.fakes.Await;
import io.millrace.core.fakes.Ending;
import io.millrace.core.fakes.Telemetry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Which components there are, and which way telemetry takes. */
class AgentGraphTest extends AgentBench {

  @Test
  void sharesReceiversAndExportersButNotProcessors() throws Exception {
    AtomicInteger receivers = new AtomicInteger();
    AtomicInteger processors = new AtomicInteger();
    AtomicInteger exporters = new AtomicInteger();
    start(
        new AgentSetup(directory)
            .receiver(
                "in",
                Set.of(Signal.values()),
                (context, outputs) -> {
                  receivers.incrementAndGet();
                  assertThat(outputs.signals())
                      .containsExactlyInAnyOrder(Signal.LOGS, Signal.TRACES);
                  assertThat(outputs.of(Signal.METRICS)).isEmpty();
                  return in.into(outputs);
                })
            .processor(
                "p",
                context -> {
                  processors.incrementAndGet();
                  return simple(batch -> batch);
                })
            .exporter(
                "out",
                DeliverySettings.standard(),
                context -> {
                  exporters.incrementAndGet();
                  return out;
                })
            .pipeline("logs", "in", "p", "out")
            .pipeline("logs/2", "in", "p", "out")
            .pipeline("traces", "in", "p", "out"));
    Ending ending = in.send(Telemetry.logs("a"), Ending.ofReplayable());
    assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(out.accepted()).containsExactly("a", "a");
    assertThat(receivers).hasValue(1);
    assertThat(processors).hasValue(3);
    assertThat(exporters).hasValue(1);
    assertThat(agent().health().components())
        .containsOnlyKeys("exporter:out", "processor:p", "receiver:in");
    assertThat(List.copyOf(agent().health().components().keySet()))
        .containsExactly("exporter:out", "processor:p", "receiver:in");
  }

  @Test
  void buildsNothingThatNoPipelineNames() throws Exception {
    setup.processor(
        "unused",
        context -> {
          throw new AssertionError("made");
        });
    start(setup.pipeline("logs", "in", "", "out"));
    assertThat(agent().health().components()).containsOnlyKeys("exporter:out", "receiver:in");
  }

  @Test
  void letsEveryBranchAdmitOnItsOwn() throws Exception {
    other.otherwise(batch -> new ExportOutcome.Retry("down", null));
    DeliverySettings noRetry =
        DeliverySettings.standard()
            .withRetry(
                new DeliverySettings.Retry(
                    false, Duration.ofMillis(1), 0, 1, Duration.ofMillis(1), Duration.ZERO));
    setup.exporter("other", noRetry, context -> other);
    start(setup.pipeline("logs", "in", "", "other out"));
    Ending ending = in.send(Telemetry.logs("a"), Ending.ofPushed());
    assertThat(ending.outcome()).isEqualTo(new Outcome.Refused("exporter:other: down", null));
    assertThat(out.accepted()).containsExactly("a");
    assertThat(out.attempts()).hasSize(1);
  }

  @Test
  void waitsForEveryBranch() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    other.otherwise(
        batch -> {
          go.await();
          return ExportOutcome.ACCEPTED;
        });
    start(setup.pipeline("logs", "in", "", "out").pipeline("logs/2", "in", "", "other"));
    Ending ending = in.send(Telemetry.logs("a"), Ending.ofPushed());
    Await.until("one branch has it", () -> out.accepted().size() == 1);
    assertThat(ending.hasEnded()).isFalse();
    go.countDown();
    assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void refusesTelemetryOfTheWrongSignal() throws Exception {
    AtomicReference<Outputs> outputs = new AtomicReference<>();
    setup.receiver(
        "in",
        Set.of(Signal.LOGS),
        (context, pipelines) -> {
          outputs.set(pipelines);
          return in.into(pipelines);
        });
    start(setup.pipeline("logs", "in", "", "out"));
    Ending ending = Ending.ofPushed();
    Consumer logs = outputs.get().of(Signal.LOGS).orElseThrow();
    logs.accept(new Parcel(Batch.empty(Signal.TRACES), ending, RequestContext.local(1)));
    assertThat(ending.outcomes())
        .containsExactly(new Outcome.Rejected("receiver:in sent traces to logs"));
  }

  @Test
  void leadsThroughConnectors() throws Exception {
    setup.connector(
        "forward",
        Set.of(new Pair(Signal.LOGS, Signal.LOGS)),
        (context, outputs) -> forward(outputs));
    start(
        setup
            .pipeline("logs/in", "in", "", "forward out")
            .pipeline("logs/a", "forward", "", "other")
            .pipeline("logs/b", "forward", "", "other"));
    Ending ending = in.send(Telemetry.logs("a"), Ending.ofPushed());
    assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(out.accepted()).containsExactly("a");
    assertThat(other.accepted()).containsExactly("a", "a");
  }
}
