package io.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Exporter;
import io.millrace.api.telemetry.Signal;
import io.millrace.testkit.TestContext;
import io.millrace.testkit.TestTelemetry;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SampleExporterContractTest extends ExporterContractTest {
  private final List<String> destination = new CopyOnWriteArrayList<>();

  @Override
  protected Exporter create(TestContext context) {
    return (batch, request) -> {
      destination.addAll(TestTelemetry.ids(batch));
      return ExportOutcome.ACCEPTED;
    };
  }

  @Override
  protected Collection<String> received(Signal signal) {
    return destination;
  }

  @Override
  protected Optional<Exporter> createUnreachable(TestContext context) {
    return Optional.of((batch, request) -> new ExportOutcome.Retry("down", null));
  }

  @Override
  protected Optional<Exporter> createHanging(TestContext context) {
    return Optional.of(
        (batch, request) -> {
          new CountDownLatch(1).await();
          return ExportOutcome.ACCEPTED;
        });
  }

  @Test
  void findsAnExporterThatThrowsWhenItsDestinationIsDown() {
    ExporterContractTest suite =
        suite(
            (batch, request) -> {
              throw new IllegalStateException("connection refused");
            });
    assertThatThrownBy(suite::startsAndAsksForARetryWhileTheDestinationIsNotThere)
        .hasRootCauseMessage("connection refused");
  }

  @Test
  void findsAnExporterThatAnEmptyBatchFails() {
    ExporterContractTest suite =
        suite(
            (batch, request) ->
                batch.isEmpty()
                    ? new ExportOutcome.Rejected("nothing to send")
                    : ExportOutcome.ACCEPTED);
    assertThatThrownBy(suite::acceptsAnEmptyBatch).isInstanceOf(AssertionError.class);
  }

  private static ExporterContractTest suite(Exporter exporter) {
    return new ExporterContractTest() {
      @Override
      protected Exporter create(TestContext context) {
        return exporter;
      }

      @Override
      protected Optional<Exporter> createUnreachable(TestContext context) {
        return Optional.of(exporter);
      }

      @Override
      protected Collection<String> received(Signal signal) {
        return List.of();
      }
    };
  }
}
