package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.component.Connector;
import io.millrace.api.component.ConnectorFactory.Pair;
import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Extension;
import io.millrace.api.component.Health;
import io.millrace.api.component.Processor;
import io.millrace.api.component.SimpleProcessor;
import io.millrace.api.component.StatefulProcessor;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.fakes.Await;
import io.millrace.core.fakes.Ending;
import io.millrace.core.fakes.Telemetry;
import io.millrace.core.state.StateException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Starting and stopping, with components that do not behave. */
class AgentLifecycleTest extends AgentBench {

  @Test
  void startsAComponentAgainUntilItRuns() throws Exception {
    out.failStart("backend:1: refused", "backend:1: refused");
    CountDownLatch mayStart = new CountDownLatch(1);
    AtomicInteger made = new AtomicInteger();
    setup.exporter(
        "out",
        DeliverySettings.standard(),
        context -> {
          if (made.incrementAndGet() == 2) {
            await(mayStart);
          }
          return out;
        });
    start(setup.pipeline("logs", "in", "", "out").pipeline("logs/2", "in", "", "other"));
    assertThat(agent().health().ready()).isFalse();
    assertThat(agent().health().upSince()).isEqualTo(Instant.MAX);
    assertThat(agent().health().components())
        .containsEntry("exporter:out", new Health.Failed("backend:1: refused"))
        .containsEntry("exporter:other", Health.OK)
        .containsEntry("receiver:in", Health.OK);
    assertThat(in.send(Telemetry.logs("pushed"), Ending.ofPushed()).outcome())
        .isEqualTo(new Outcome.Refused("exporter:out is not running: backend:1: refused", null));
    assertThat(other.accepted()).containsExactly("pushed");
    Ending patient = in.send(Telemetry.logs("read"), Ending.ofReplayable());
    mayStart.countDown();
    assertThat(patient.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(out.accepted()).containsExactly("read");
    Await.until("the agent is ready", () -> agent().health().ready());
    assertThat(agent().health().upSince()).isBeforeOrEqualTo(Instant.now());
    assertThat(made).hasValue(3);
  }

  @Test
  void survivesFactoriesThatThrow() throws Exception {
    AtomicInteger made = new AtomicInteger();
    setup.processor(
        "late",
        context -> {
          if (made.incrementAndGet() < 3) {
            throw new NoClassDefFoundError("on/Purpose");
          }
          return simple(batch -> batch);
        });
    start(setup.pipeline("logs", "in", "late", "out"));
    Ending ending = in.send(Telemetry.logs("a"), Ending.ofReplayable());
    assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(made).hasValue(3);
  }

  @Test
  void doesNotWaitForAComponentThatHangsAtStart() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    setup
        .extension(
            "hanging",
            context ->
                new Extension() {
                  @Override
                  public void start() throws InterruptedException {
                    never.await();
                  }
                })
        .options(options -> options.withStartLimit(Duration.ofMillis(20)));
    start(setup.pipeline("logs", "in", "", "out"));
    assertThat(in.send(Telemetry.logs("a"), Ending.ofPushed()).outcome())
        .isEqualTo(Outcome.DELIVERED);
    assertThat(agent().health().ready()).isFalse();
  }

  @Test
  void leavesAComponentBehindThatHangsAtStop() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    in.onStop(
        () -> {
          while (release.getCount() > 0) {
            try {
              release.await();
            } catch (InterruptedException e) {
              // On purpose.
            }
          }
        });
    setup.options(options -> options.withGrace(Duration.ofMillis(100)));
    start(setup.pipeline("logs", "in", "", "out"));
    stop();
    assertThat(in.stops()).isEqualTo(1);
    release.countDown();
  }

  @Test
  void stopsReceiversFirstAndExtensionsLast() throws Exception {
    List<String> order = new CopyOnWriteArrayList<>();
    in.onStop(() -> order.add("receiver"));
    setup
        .processor("p", context -> closing(order, "processor"))
        .connector(
            "c",
            Set.of(new Pair(Signal.LOGS, Signal.LOGS)),
            (context, outputs) -> closing(forward(outputs), order))
        .extension(
            "e",
            context ->
                new Extension() {
                  @Override
                  public void stop() {
                    order.add("extension");
                  }
                });
    start(setup.pipeline("logs", "in", "p", "c").pipeline("logs/2", "c", "", "out"));
    stop();
    assertThat(order).containsExactly("receiver", "processor", "connector", "extension");
  }

  @Test
  void answersAReceiverThatWaitsForDeliveriesWhenItStops() throws Exception {
    out.otherwise(batch -> new ExportOutcome.Retry("down", Duration.ofHours(1)));
    setup.options(options -> options.withGrace(Duration.ofMillis(200)));
    start(setup.pipeline("logs", "in", "", "out"));
    Ending ending = in.send(Telemetry.logs("a"), Ending.ofPushed());
    CountDownLatch answered = new CountDownLatch(1);
    in.onStop(
        () -> {
          assertThat(ending.outcome()).isEqualTo(Outcome.STOPPED);
          answered.countDown();
        });
    stop();
    assertThat(ending.outcomes()).containsExactly(Outcome.STOPPED);
    assertThat(answered.getCount()).isZero();
  }

  @Test
  void refusesToStartWithAStateDirectoryInUse() throws Exception {
    start(setup.pipeline("logs", "in", "", "out"));
    Agent second = setup.agent();
    assertThatThrownBy(second::start)
        .isInstanceOf(StateException.class)
        .hasMessageContaining("is in use by another agent");
  }

  @Test
  void canBeStoppedWithoutAStart() throws Exception {
    Agent idle = setup.pipeline("logs", "in", "", "out").agent();
    idle.stop();
    idle.stop();
    assertThat(in.starts()).isZero();
  }

  private static Processor closing(List<String> order, String name) {
    return new SimpleProcessor() {
      @Override
      public Batch process(Batch batch, RequestContext context) {
        return batch;
      }

      @Override
      public void stop() {
        order.add(name);
      }
    };
  }

  private static Connector closing(Connector connector, List<String> order) {
    return new Connector() {
      @Override
      public StatefulProcessor.Mode mode() {
        return connector.mode();
      }

      @Override
      public void accept(Parcel parcel) throws InterruptedException {
        connector.accept(parcel);
      }

      @Override
      public void stop() {
        order.add("connector");
      }
    };
  }
}
