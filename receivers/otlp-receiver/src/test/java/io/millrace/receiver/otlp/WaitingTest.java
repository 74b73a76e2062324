package io.millrace.receiver.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.pipeline.Outcome;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.testkit.RecordingOutputs;
import io.millrace.testkit.TestContext;
import io.millrace.testkit.TestTelemetry;
import io.millrace.toolkit.net.ByteBudget;
import io.millrace.toolkit.net.EventLoops;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a request's bytes are given back to the budget. */
class WaitingTest {
  private static final int SIZE_BYTES = 100;

  @TempDir private Path directory;
  private EventLoops loops;
  private Intake intake;
  private Waiting request;

  @BeforeEach
  void begin() {
    loops = EventLoops.open();
    intake =
        new Intake(
            TestContext.of("otlp", directory),
            ReceiverFixture.config(),
            RecordingOutputs.forSignals(Signal.LOGS),
            loops);
    ByteBudget.Lease lease = intake.budget().lease();
    assertThat(lease.grow(SIZE_BYTES)).isTrue();
    request =
        intake.begin(ReceiverMetrics.Transport.GRPC, lease, Duration.ofMinutes(5), answer -> {});
    request.arrived();
  }

  @AfterEach
  void close() {
    loops.close();
  }

  @Test
  void keepsBytesUntilTheirDeliveryEnds() {
    assertThat(request.enterAdmission()).isTrue();
    request.leaveAdmission();
    assertThat(intake.budget().used()).isEqualTo(SIZE_BYTES);
    request.ended(Outcome.DELIVERED);
    assertThat(intake.budget().used()).isZero();
  }

  @Test
  void keepsBytesUntilTheirThreadReturns() {
    assertThat(request.enterAdmission()).isTrue();
    request.ended(Outcome.DELIVERED);
    assertThat(intake.budget().used()).isEqualTo(SIZE_BYTES);
    request.leaveAdmission();
    assertThat(intake.budget().used()).isZero();
  }

  @Test
  void givesBytesBackOfARequestThatWasAnsweredBeforeItsAdmission() {
    request.stop();
    byte[] bytes = TestTelemetry.logs(List.of("a")).toBytes();
    intake.take(request, Signal.LOGS, new Intake.Body(bytes, 0, Batch::read, Map.of(), null));
    assertThat(intake.budget().used()).isZero();
  }
}
