package io.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.Processor;
import io.millrace.api.component.SimpleProcessor;
import io.millrace.api.component.StatefulProcessor;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.testkit.RecordingConsumer;
import io.millrace.testkit.RecordingDelivery;
import io.millrace.testkit.TestContext;
import io.millrace.testkit.TestTelemetry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every processor must keep: it starts and stops in any order, leaves its input alone, may be
 * called by many threads, and loses nothing it does not mean to drop. Implementations say how an
 * instance is made, with a configuration that lets {@link #batch} through. For JUnit, which calls
 * one method at a time on an instance of its own.
 */
public abstract class ProcessorContractTest {
  private static final Duration PATIENCE = RecordingConsumer.PATIENCE;
  private static final RequestContext CONTEXT =
      RequestContext.local(TestContext.of("contract", Path.of("")).clock().millis() * 1_000_000);

  /** A directory for the component's state. */
  @TempDir protected Path directory = Path.of("");

  /** Makes an instance that is not started and drops none of the items of {@link #batch}. */
  protected abstract Processor create(TestContext context) throws Exception;

  /** The signals to test with: all that can be read unless overridden. */
  protected Set<Signal> signals() {
    return Signal.readable();
  }

  /** Telemetry that the processor lets through; each item keeps its {@code test.id}. */
  protected Batch batch(Signal signal, List<String> ids) {
    return TestTelemetry.withOrigins(TestTelemetry.batch(signal, ids), 0);
  }

  /** The ids of a batch's items. */
  protected List<String> ids(Batch batch) {
    return TestTelemetry.ids(batch);
  }

  /** The context of the first instance. */
  protected TestContext context() {
    return TestContext.of("contract", directory.resolve("state"));
  }

  @Test
  protected void stopsWithoutHavingBeenStarted() throws Exception {
    create(context()).stop();
  }

  @Test
  protected void doesNotMindBeingStoppedTwice() throws Exception {
    Processor processor = create(context());
    processor.start();
    processor.stop();
    processor.stop();
  }

  @Test
  protected void worksInANewInstanceAfterAStop() throws Exception {
    TestContext context = context();
    for (TestContext life : List.of(context, context.nextLife())) {
      for (Signal signal : signals()) {
        List<String> ids = TestTelemetry.ids(signal.id(), 10);
        assertThat(passOne(create(life), batch(signal, ids)))
            .containsExactlyInAnyOrderElementsOf(ids);
      }
    }
  }

  @Test
  protected void takesAnEmptyBatch() throws Exception {
    for (Signal signal : signals()) {
      assertThat(passOne(create(context()), Batch.empty(signal))).isEmpty();
    }
  }

  @Test
  protected void leavesItsInputAsItIs() throws Exception {
    for (Signal signal : signals()) {
      Batch batch = batch(signal, TestTelemetry.ids(signal.id(), 10));
      byte[] before = batch.toBytes();
      passOne(create(context()), batch);
      assertThat(batch.toBytes()).isEqualTo(before);
    }
  }

  @Test
  protected void keepsAnOriginForEveryItem() throws Exception {
    for (Signal signal : signals()) {
      Batch batch = batch(signal, TestTelemetry.ids(signal.id(), 10));
      for (Batch out : pass(create(context()), List.of(batch), new RecordingConsumer())) {
        assertThat(out.signal()).isEqualTo(signal);
        assertThat(out.origins().size()).as("origins of %s", out).isEqualTo(out.itemCount());
      }
    }
  }

  @Test
  protected void passesEveryItemOnceWhenManyThreadsCall() throws Exception {
    for (Signal signal : signals()) {
      Processor processor = create(context());
      RecordingConsumer consumer = new RecordingConsumer();
      processor.start();
      int threads = 4;
      List<Callable<List<Batch>>> calls = new ArrayList<>();
      Set<String> sent = new HashSet<>();
      for (int thread = 0; thread < threads; thread++) {
        List<Batch> batches = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
          List<String> ids = TestTelemetry.ids(thread + "-" + i, 4);
          sent.addAll(ids);
          batches.add(batch(signal, ids));
        }
        calls.add(() -> call(processor, batches, consumer));
      }
      List<Batch> passed = new ArrayList<>();
      try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
        for (Future<List<Batch>> future :
            executor.invokeAll(calls, PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
          passed.addAll(future.get());
        }
      }
      processor.stop();
      passed.addAll(consumer.batches());
      assertThat(allIds(passed)).containsExactlyInAnyOrderElementsOf(sent);
    }
  }

  /** For stateful processors: what is held at the end must not stay behind. */
  @Test
  protected void handsOnWhatItHoldsWhenItIsStopped() throws Exception {
    if (create(context()) instanceof StatefulProcessor) {
      for (Signal signal : signals()) {
        List<String> ids = TestTelemetry.ids(signal.id(), 7);
        RecordingConsumer consumer = new RecordingConsumer();
        pass(create(context()), List.of(batch(signal, ids)), consumer);
        assertThat(allIds(consumer.delivered())).containsExactlyInAnyOrderElementsOf(ids);
      }
    }
  }

  /** For stateful processors: a Delivery ends once, and not before the telemetry has arrived. */
  @Test
  protected void endsEveryDeliveryOnceAndNotTooEarly() throws Exception {
    if (!(create(context()) instanceof StatefulProcessor)) {
      return;
    }
    for (Signal signal : signals()) {
      StatefulProcessor processor = (StatefulProcessor) create(context());
      RecordingConsumer consumer = new RecordingConsumer();
      consumer.hold();
      List<RecordingDelivery> deliveries = new ArrayList<>();
      processor.start();
      for (int i = 0; i < 5; i++) {
        RecordingDelivery delivery = RecordingDelivery.ofReplayable();
        deliveries.add(delivery);
        Batch batch = batch(signal, TestTelemetry.ids(signal.id() + i, 3));
        processor.accept(new Parcel(batch, delivery, CONTEXT), consumer);
      }
      processor.stop();
      if (processor.mode() == StatefulProcessor.Mode.HOLD) {
        assertThat(deliveries).as("ended early").allMatch(delivery -> delivery.ends() == 0);
      }
      consumer.release(Outcome.DELIVERED);
      for (RecordingDelivery delivery : deliveries) {
        assertThat(delivery.awaitOutcome(PATIENCE)).isEqualTo(Outcome.DELIVERED);
        assertThat(delivery.ends()).isEqualTo(1);
      }
    }
  }

  /** For stateful processors: accepted and refused make up what was sent. */
  @Test
  protected void losesNothingWhenParcelsAreRefusedAtRandom() throws Exception {
    if (!(create(context()) instanceof StatefulProcessor)) {
      return;
    }
    for (Signal signal : signals()) {
      StatefulProcessor processor = (StatefulProcessor) create(context());
      RecordingConsumer consumer = new RecordingConsumer();
      consumer.refuseAtRandom(42, 0.3);
      processor.start();
      List<RecordingDelivery> deliveries = new ArrayList<>();
      List<List<String>> sent = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        RecordingDelivery delivery = RecordingDelivery.ofReplayable();
        deliveries.add(delivery);
        sent.add(TestTelemetry.ids(signal.id() + i, 3));
        processor.accept(new Parcel(batch(signal, sent.get(i)), delivery, CONTEXT), consumer);
      }
      processor.stop();
      Set<String> delivered = new HashSet<>(allIds(consumer.delivered()));
      for (int i = 0; i < deliveries.size(); i++) {
        Outcome outcome = deliveries.get(i).awaitOutcome(PATIENCE);
        assertThat(deliveries.get(i).ends()).isEqualTo(1);
        if (outcome instanceof Outcome.Delivered) {
          assertThat(delivered).as("told to be delivered").containsAll(sent.get(i));
        }
      }
      Set<String> all = new HashSet<>(allIds(consumer.batches()));
      sent.forEach(ids -> assertThat(all).as("handed on").containsAll(ids));
    }
  }

  private List<String> passOne(Processor processor, Batch batch) throws Exception {
    return allIds(pass(processor, List.of(batch), new RecordingConsumer()));
  }

  /** Starts a processor, passes batches through, stops it; returns what came out. */
  private List<Batch> pass(Processor processor, List<Batch> batches, RecordingConsumer consumer)
      throws Exception {
    processor.start();
    List<Batch> passed = new ArrayList<>(call(processor, batches, consumer));
    processor.stop();
    passed.addAll(consumer.batches());
    return passed;
  }

  /** Passes batches; returns what came out at once, the rest comes to the consumer. */
  private static List<Batch> call(
      Processor processor, List<Batch> batches, RecordingConsumer consumer) throws Exception {
    List<Batch> passed = new ArrayList<>();
    for (Batch batch : batches) {
      switch (processor) {
        case SimpleProcessor simple -> passed.add(simple.process(batch, CONTEXT));
        case StatefulProcessor stateful ->
            stateful.accept(new Parcel(batch, RecordingDelivery.ofReplayable(), CONTEXT), consumer);
      }
    }
    return passed;
  }

  private List<String> allIds(List<Batch> batches) {
    return batches.stream().flatMap(batch -> ids(batch).stream()).toList();
  }
}
