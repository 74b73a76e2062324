package io.millrace.core;

import io.millrace.api.component.Connector;
import io.millrace.api.component.Outputs;
import io.millrace.api.component.RefusedException;
import io.millrace.api.component.SimpleProcessor;
import io.millrace.api.component.StatefulProcessor;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.telemetry.Batch;
import io.millrace.core.fakes.AgentSetup;
import io.millrace.core.fakes.FakeExporter;
import io.millrace.core.fakes.FakeReceiver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An agent of fakes: a receiver, two exporters, and what a test adds. */
class AgentBench {
  /** Refuses everything. */
  static final SimpleProcessor REFUSING =
      (batch, context) -> {
        throw new RefusedException("memory is short", Duration.ofSeconds(3));
      };

  @TempDir Path directory;
  final FakeReceiver in = new FakeReceiver();
  final FakeExporter out = new FakeExporter();
  final FakeExporter other = new FakeExporter();

  @SuppressWarnings("NullAway.Init") // Made before each test.
  AgentSetup setup;

  @Nullable Agent running;

  @BeforeEach
  void prepare() {
    setup =
        new AgentSetup(directory).receiver("in", in).exporter("out", out).exporter("other", other);
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (running != null) {
      running.stop();
    }
  }

  Agent start(AgentSetup prepared) throws Exception {
    Agent agent = prepared.agent();
    running = agent;
    agent.start();
    return agent;
  }

  Agent agent() {
    return Objects.requireNonNull(running);
  }

  static SimpleProcessor simple(Function<Batch, Batch> work) {
    return (batch, context) -> work.apply(batch);
  }

  static Connector forward(Outputs outputs) {
    return new Connector() {
      @Override
      public StatefulProcessor.Mode mode() {
        return StatefulProcessor.Mode.HOLD;
      }

      @Override
      public void accept(Parcel parcel) throws InterruptedException {
        outputs.of(parcel.batch().signal()).orElseThrow().accept(parcel);
      }
    };
  }

  static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
