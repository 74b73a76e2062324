package io.millrace.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.DeliverySettings;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.fakes.Ending;
import io.millrace.core.fakes.Telemetry;
import io.millrace.core.state.DeadLetterStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What may wait for an exporter, and what is sent together. */
class SendingQueueTest extends ExportPathBench {

  @Test
  void refusesWhatWasPushedWhenTheQueueIsFull() throws Exception {
    CountDownLatch go = hold();
    path = path(STANDARD.withQueue(queue(2, DeliverySettings.Sizer.REQUESTS, null)));
    Ending first = send(Telemetry.logs("a"), Ending.ofPushed());
    Ending second = send(Telemetry.logs("b"), Ending.ofPushed());
    Ending third = send(Telemetry.logs("c", "d"), Ending.ofPushed());
    assertThat(third.outcomes())
        .containsExactly(new Outcome.Refused("exporter:fake: sending queue is full", null));
    assertThat(metric("otelcol_exporter_enqueue_failed_log_records")).isEqualTo(2);
    go.countDown();
    assertThat(first.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(second.outcome()).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void makesAReplayableSourceWaitWhenTheQueueIsFull() throws Exception {
    CountDownLatch go = hold();
    path = path(STANDARD.withQueue(queue(3, DeliverySettings.Sizer.ITEMS, null)));
    send(Telemetry.logs("a", "b"), Ending.ofReplayable());
    Ending second = Ending.ofReplayable();
    inBackground(Telemetry.logs("c", "d"), second);
    awaitBlockedSource();
    assertThat(exporter.attempts()).hasSizeLessThan(2);
    assertThat(gauge("otelcol_exporter_queue_blocked_sources")).isEqualTo(1);
    go.countDown();
    assertThat(second.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(exporter.accepted()).containsExactly("a", "b", "c", "d");
  }

  @Test
  void makesEveryoneWaitWhenToldToBlockOnOverflow() throws Exception {
    CountDownLatch go = hold();
    path =
        path(
            STANDARD.withQueue(
                new DeliverySettings.Queue(
                    true, 1, 1, DeliverySettings.Sizer.REQUESTS, true, false, null)));
    send(Telemetry.logs("a"), Ending.ofPushed());
    Ending second = Ending.ofPushed();
    inBackground(Telemetry.logs("b"), second);
    go.countDown();
    assertThat(second.outcome()).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void endsAWaitingParcelWhenItsThreadIsInterrupted() throws Exception {
    CountDownLatch go = hold();
    path = path(STANDARD.withQueue(queue(1, DeliverySettings.Sizer.REQUESTS, null)));
    send(Telemetry.logs("a"), Ending.ofReplayable());
    Ending second = Ending.ofReplayable();
    Thread source = inBackground(Telemetry.logs("b"), second);
    awaitBlockedSource();
    source.interrupt();
    assertThat(second.outcome()).isInstanceOf(Outcome.Refused.class);
    go.countDown();
  }

  @Test
  void staysWithinTheMemoryBudget() throws Exception {
    CountDownLatch go = hold();
    Batch batch = Telemetry.numbered("x", 50);
    long bytes = batch.retainedBytes();
    path =
        path(STANDARD, false, new MemoryBudget(2 * bytes + 100), DeadLetterStore.STANDARD_CAPACITY);
    Ending first = send(batch, Ending.ofPushed());
    Ending second = send(batch, Ending.ofPushed());
    Ending third = send(batch, Ending.ofPushed());
    assertThat(third.outcomes())
        .containsExactly(new Outcome.Refused("exporter:fake: the memory budget is used up", null));
    assertThat(gauge("otelcol_exporter_queue_retained_bytes")).isEqualTo(2.0 * bytes);
    Ending patient = Ending.ofReplayable();
    inBackground(batch, patient);
    go.countDown();
    assertThat(first.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(second.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(patient.outcome()).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void mergesUpToTheSizeAndKeepsEveryDelivery() throws Exception {
    path =
        path(
            STANDARD.withQueue(
                queue(
                    1000,
                    DeliverySettings.Sizer.REQUESTS,
                    new DeliverySettings.Merge(
                        Duration.ofHours(1), 6, 0, DeliverySettings.Sizer.ITEMS))));
    List<Ending> endings = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      endings.add(send(Telemetry.logs("s", 20L * i, "x" + i, "y" + i), Ending.ofReplayable()));
    }
    endings.forEach(ending -> assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED));
    assertThat(exporter.attempts())
        .containsExactly(
            List.of("x0", "y0", "x1", "y1", "x2", "y2"),
            List.of("x3", "y3", "x4", "y4", "x5", "y5"));
  }

  @Test
  void doesNotWaitForMoreThanTheFlushTimeout() throws Exception {
    path =
        path(
            STANDARD.withQueue(
                queue(
                    1000,
                    DeliverySettings.Sizer.REQUESTS,
                    new DeliverySettings.Merge(
                        Duration.ofMillis(5), 1000, 0, DeliverySettings.Sizer.ITEMS))));
    assertThat(send(Telemetry.logs("a"), Ending.ofPushed()).outcome()).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void splitsWhatIsAboveTheMaximum() throws Exception {
    path =
        path(
            STANDARD.withQueue(
                queue(
                    1000,
                    DeliverySettings.Sizer.REQUESTS,
                    new DeliverySettings.Merge(
                        Duration.ofMillis(5), 2, 3, DeliverySettings.Sizer.ITEMS))));
    assertThat(send(Telemetry.logs("a", "b", "c", "d", "e", "f", "g"), Ending.ofPushed()).outcome())
        .isEqualTo(Outcome.DELIVERED);
    assertThat(exporter.attempts())
        .containsExactly(List.of("a", "b", "c"), List.of("d", "e", "f"), List.of("g"));
  }

  @Test
  void splitsProfilesButNeverMergesThemNorWaitsForMore() throws Exception {
    path =
        path(
            Signal.PROFILES,
            STANDARD.withQueue(
                queue(
                    1000,
                    DeliverySettings.Sizer.REQUESTS,
                    new DeliverySettings.Merge(
                        Duration.ofHours(1), 6, 2, DeliverySettings.Sizer.ITEMS))));
    List<Ending> endings = new ArrayList<>();
    for (String request : List.of("0a041202120012020801", "0a0812061200120012001201ff")) {
      Batch batch = Batch.read(Signal.PROFILES, HexFormat.of().parseHex(request));
      endings.add(send(batch, Ending.ofPushed()));
    }
    for (Ending ending : endings) {
      assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED);
    }
    assertThat(exporter.accepted())
        .containsExactly("0a041202120012020801", "1201ff0a06120412001200", "1201ff0a0412021200");
  }

  @Test
  void doesNotMergeRequestsWithDifferentMetadata() throws Exception {
    path =
        path(
            STANDARD.withQueue(
                queue(
                    1000,
                    DeliverySettings.Sizer.REQUESTS,
                    new DeliverySettings.Merge(
                        Duration.ofMillis(50), 100, 0, DeliverySettings.Sizer.ITEMS))));
    List<Ending> endings = new ArrayList<>();
    for (String tenant : List.of("red", "red", "blue")) {
      Ending ending = Ending.ofPushed();
      endings.add(ending);
      path.accept(
          new Parcel(
              Telemetry.logs(tenant),
              ending,
              new RequestContext(Map.of("tenant", List.of(tenant)), null, 1)));
    }
    endings.forEach(ending -> assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED));
    assertThat(exporter.attempts())
        .allSatisfy(texts -> assertThat(texts).containsOnly(texts.get(0)));
  }
}
