package io.millrace.processor.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.testkit.RecordingConsumer;
import io.millrace.testkit.RecordingDelivery;
import io.millrace.testkit.TestContext;
import io.millrace.testkit.TestTelemetry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchProcessorTest {
  private static final Duration LONG = Duration.ofHours(1);

  @TempDir Path directory;
  private final RecordingConsumer next = new RecordingConsumer();
  private final List<BatchProcessor> started = new ArrayList<>();

  @AfterEach
  void stop() throws InterruptedException {
    for (BatchProcessor processor : started) {
      processor.stop();
    }
  }

  @Test
  void waitsUntilThereAreEnoughItems() throws Exception {
    BatchProcessor processor = processor(config(LONG, 10, 0));
    processor.accept(parcel("a", 4, RecordingDelivery.ofReplayable()), next);
    processor.accept(parcel("b", 5, RecordingDelivery.ofReplayable()), next);
    assertThat(next.parcels()).isEmpty();

    processor.accept(parcel("c", 1, RecordingDelivery.ofReplayable()), next);

    assertThat(next.batches()).hasSize(1);
    List<String> expected = new ArrayList<>(TestTelemetry.ids("a", 4));
    expected.addAll(TestTelemetry.ids("b", 5));
    expected.addAll(TestTelemetry.ids("c", 1));
    assertThat(TestTelemetry.ids(next.batches().getFirst())).isEqualTo(expected);
  }

  @Test
  void sendsWhatIsThereWhenTheTimeIsUp() throws Exception {
    BatchProcessor processor = processor(config(Duration.ofMillis(10), 1000, 0));

    processor.accept(parcel("a", 3, RecordingDelivery.ofReplayable()), next);

    next.awaitItems(3);
    assertThat(next.parcels()).hasSize(1);
  }

  @Test
  void endsTheInputsOnlyWhenTheOutputEnds() throws Exception {
    next.hold();
    BatchProcessor processor = processor(config(LONG, 4, 0));
    RecordingDelivery first = RecordingDelivery.ofReplayable();
    RecordingDelivery second = RecordingDelivery.ofReplayable();
    processor.accept(parcel("a", 2, first), next);
    processor.accept(parcel("b", 2, second), next);
    assertThat(first.outcome()).isEmpty();
    assertThat(second.outcome()).isEmpty();

    next.release(Outcome.DELIVERED);

    assertThat(first.outcome()).contains(Outcome.DELIVERED);
    assertThat(second.outcome()).contains(Outcome.DELIVERED);
  }

  @Test
  void failsAllInputsWhenOnePartOfASplitBatchFails() throws Exception {
    next.hold();
    BatchProcessor processor = processor(config(LONG, 4, 4));
    RecordingDelivery delivery = RecordingDelivery.ofReplayable();
    processor.accept(parcel("a", 10, delivery), next);
    assertThat(next.batches()).extracting(batch -> batch.itemCount()).containsExactly(4, 4, 2);

    Outcome refused = new Outcome.Refused("full", null);
    next.release(0, Outcome.DELIVERED);
    next.release(0, refused);
    assertThat(delivery.outcome()).isEmpty();
    next.release(0, Outcome.DELIVERED);

    assertThat(delivery.outcome()).contains(refused);
  }

  @Test
  void keepsPushedAndReplayableTelemetryApart() throws Exception {
    BatchProcessor processor = processor(config(LONG, 2, 0));
    processor.accept(parcel("a", 1, RecordingDelivery.ofReplayable()), next);
    processor.accept(parcel("b", 1, RecordingDelivery.ofPushed()), next);
    assertThat(next.parcels()).isEmpty();

    processor.accept(parcel("c", 1, RecordingDelivery.ofReplayable()), next);

    assertThat(next.parcels()).hasSize(1);
    assertThat(next.parcels().getFirst().delivery().replayable()).isTrue();
  }

  @Test
  void keepsOtherMetadataApartAndRefusesBeyondTheLimit() throws Exception {
    BatchProcessor processor =
        processor(new BatchProcessorConfig(LONG, 100, 0, List.of("Tenant"), 1));
    RecordingDelivery refused = RecordingDelivery.ofPushed();
    processor.accept(withTenant(parcel("a", 1, RecordingDelivery.ofPushed()), "one"), next);
    processor.accept(withTenant(parcel("b", 1, RecordingDelivery.ofPushed()), "one"), next);
    processor.accept(withTenant(parcel("c", 1, refused), "two"), next);

    assertThat(refused.outcome()).containsInstanceOf(Outcome.Refused.class);
    processor.stop();
    assertThat(next.parcels()).hasSize(1);
    assertThat(next.parcels().getFirst().context().metadata())
        .isEqualTo(Map.of("tenant", List.of("one")));
  }

  @Test
  void flushesOnStopAndTakesNothingAfterwards() throws Exception {
    BatchProcessor processor = processor(config(LONG, 1000, 0));
    RecordingDelivery before = RecordingDelivery.ofReplayable();
    RecordingDelivery after = RecordingDelivery.ofReplayable();
    processor.accept(parcel("a", 3, before), next);

    processor.stop();
    processor.accept(parcel("b", 3, after), next);

    assertThat(next.itemCount()).isEqualTo(3);
    assertThat(before.outcome()).contains(Outcome.DELIVERED);
    assertThat(after.outcome()).contains(Outcome.STOPPED);
  }

  @Test
  void sendsAtOnceWithoutATimeout() throws Exception {
    BatchProcessor processor = processor(config(Duration.ZERO, 1000, 0));

    processor.accept(parcel("a", 1, RecordingDelivery.ofReplayable()), next);

    assertThat(next.itemCount()).isEqualTo(1);
  }

  @Test
  void losesAndDoublesNothingUnderConcurrencyAndRandomRefusals() throws Exception {
    next.refuseAtRandom(7, 0.3);
    BatchProcessor processor = processor(config(Duration.ofMillis(1), 50, 60));
    List<RecordingDelivery> deliveries = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      List<Parcel> parcels = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        RecordingDelivery delivery = RecordingDelivery.ofReplayable();
        deliveries.add(delivery);
        parcels.add(parcel("t" + thread + "-" + i + "-", 7, delivery));
      }
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      for (Parcel parcel : parcels) {
                        processor.accept(parcel, next);
                      }
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    processor.stop();

    assertThat(next.itemCount()).isEqualTo(4 * 50 * 7);
    assertThat(next.batches().stream().flatMap(batch -> TestTelemetry.ids(batch).stream()))
        .doesNotHaveDuplicates();
    assertThat(deliveries).allMatch(delivery -> delivery.ends() == 1);
    assertThat(
            deliveries.stream()
                .filter(each -> each.outcome().equals(java.util.Optional.of(Outcome.DELIVERED))))
        .isNotEmpty();
  }

  private BatchProcessor processor(BatchProcessorConfig config) {
    BatchProcessor processor = new BatchProcessor(TestContext.of("batch", directory), config);
    started.add(processor);
    return processor;
  }

  private static BatchProcessorConfig config(Duration timeout, int size, int max) {
    return new BatchProcessorConfig(timeout, size, max, List.of(), 1000);
  }

  private static Parcel parcel(String prefix, int items, RecordingDelivery delivery) {
    return new Parcel(
        TestTelemetry.logs(TestTelemetry.ids(prefix, items)), delivery, RequestContext.local(1));
  }

  private static Parcel withTenant(Parcel parcel, String tenant) {
    return new Parcel(
        parcel.batch(),
        parcel.delivery(),
        new RequestContext(Map.of("tenant", List.of(tenant)), null, 1));
  }
}
