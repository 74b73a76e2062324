package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.pipeline.RequestContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordingConsumerTest {
  private final RecordingConsumer consumer = new RecordingConsumer();
  private final List<RecordingDelivery> deliveries = new ArrayList<>();

  @Test
  void deliversAtOnceUnlessToldOtherwise() throws Exception {
    consumer.refuseNext(1);
    consumer.rejectNext(1);
    give("a", "b", "c");
    assertThat(outcome(0)).isInstanceOf(Outcome.Refused.class);
    assertThat(outcome(1)).isInstanceOf(Outcome.Rejected.class);
    assertThat(outcome(2)).isEqualTo(Outcome.DELIVERED);
    assertThat(consumer.itemCount()).isEqualTo(3);
    assertThat(consumer.deliveredBodies()).containsExactly("c");
    consumer.clear();
    assertThat(consumer.parcels()).isEmpty();
  }

  @Test
  void holdsUntilTold() throws Exception {
    consumer.hold();
    give("a", "b", "c");
    assertThat(consumer.held()).isEqualTo(3);
    assertThat(deliveries).allMatch(delivery -> delivery.outcome().isEmpty());
    consumer.release(1, Outcome.DELIVERED);
    assertThat(consumer.deliveredBodies()).containsExactly("b");
    consumer.release(Outcome.STOPPED);
    assertThat(outcome(0)).isEqualTo(Outcome.STOPPED);
    assertThat(outcome(2)).isEqualTo(Outcome.STOPPED);
    give("d");
    assertThat(outcome(3)).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void blocksUntilTold() throws Exception {
    consumer.block();
    Thread giver = startGiver("a");
    assertThat(consumer.parcels()).isEmpty();
    consumer.unblock();
    giver.join();
    consumer.awaitDelivered(1);
    assertThat(consumer.waiting()).isZero();
  }

  @Test
  void endsTheDeliveryOfAThreadThatIsInterruptedWhileItBlocks() throws Exception {
    consumer.block();
    Thread giver = startGiver("a");
    giver.interrupt();
    giver.join();
    assertThat(outcome(0)).isEqualTo(Outcome.STOPPED);
    assertThat(consumer.parcels()).isEmpty();
  }

  @Test
  void refusesAShareAtRandom() throws Exception {
    consumer.refuseAtRandom(7, 0.5);
    for (int i = 0; i < 100; i++) {
      give("item-" + i);
    }
    assertThat(consumer.delivered().size()).isBetween(30, 70);
    assertThat(consumer.parcels()).hasSize(100);
  }

  @Test
  void saysWhatIsThereWhenNothingMoreComes() {
    Recorded<String> recorded = new Recorded<>();
    recorded.add("one");
    assertThatThrownBy(() -> recorded.await(Duration.ZERO, "two things", all -> all.size() == 2))
        .isInstanceOf(AssertionError.class)
        .hasMessage("after PT0S: no two things; there are 1: [one]");
  }

  private Thread startGiver(String id) {
    Thread giver =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    give(id);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    while (consumer.waiting() == 0) {
      Thread.onSpinWait();
    }
    return giver;
  }

  private Outcome outcome(int index) throws InterruptedException {
    assertThat(deliveries.get(index).ends()).isLessThan(2);
    return deliveries.get(index).awaitOutcome(Duration.ofSeconds(10));
  }

  private void give(String... ids) throws InterruptedException {
    for (String id : ids) {
      RecordingDelivery delivery = RecordingDelivery.ofPushed();
      deliveries.add(delivery);
      consumer.accept(
          new Parcel(TestTelemetry.logs(List.of(id)), delivery, RequestContext.local(0)));
    }
  }
}
