package io.millrace.api.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeliveriesTest {
  private final List<Outcome> outcomes = new ArrayList<>();

  @Test
  void endsOnce() {
    Delivery delivery = Deliveries.pushed(outcomes::add);
    delivery.delivered();
    delivery.refused("late");
    delivery.end(Outcome.STOPPED);
    assertThat(outcomes).containsExactly(Outcome.DELIVERED);
  }

  @Test
  void endsOnceWhenManyThreadsEndIt() throws Exception {
    AtomicInteger ended = new AtomicInteger();
    Delivery delivery = Deliveries.replayable(outcome -> ended.incrementAndGet());
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      start.await();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                    delivery.delivered();
                  }));
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(ended).hasValue(1);
  }

  @Test
  void forksIntoPartsThatAllMustEnd() {
    List<Delivery> parts = Deliveries.fork(Deliveries.replayable(outcomes::add), 3);
    parts.get(0).delivered();
    parts.get(0).delivered();
    parts.get(2).delivered();
    assertThat(outcomes).isEmpty();
    parts.get(1).delivered();
    assertThat(outcomes).containsExactly(Outcome.DELIVERED);
    assertThat(parts).allMatch(Delivery::replayable);
  }

  @Test
  void endsAForkWithTheWorstOutcome() {
    Outcome.Rejected rejected = new Outcome.Rejected("never");
    List<Delivery> parts = Deliveries.fork(Deliveries.pushed(outcomes::add), 4);
    parts.get(0).refused("later");
    parts.get(1).end(rejected);
    parts.get(2).end(Outcome.STOPPED);
    parts.get(3).delivered();
    assertThat(outcomes).containsExactly(rejected);
    assertThat(parts).noneMatch(Delivery::replayable);
  }

  @Test
  void forksIntoOnePartWithoutAnotherLayer() {
    Delivery whole = Deliveries.pushed(outcomes::add);
    assertThat(Deliveries.fork(whole, 1)).containsExactly(whole);
    assertThatThrownBy(() -> Deliveries.fork(whole, 0))
        .hasMessage("parts: 0 (expected: at least 1)");
  }

  @Test
  void joinsPartsThatEndTogether() {
    Delivery joined =
        Deliveries.join(
            List.of(Deliveries.replayable(outcomes::add), Deliveries.replayable(outcomes::add)));
    assertThat(joined.replayable()).isTrue();
    joined.refused("full");
    joined.delivered();
    assertThat(outcomes)
        .containsExactly(new Outcome.Refused("full", null), new Outcome.Refused("full", null));
  }

  @Test
  void endsTheOtherPartsThoughOneThrows() {
    List<Outcome> told = new ArrayList<>();
    IllegalStateException first = new IllegalStateException("first");
    AssertionError second = new AssertionError("second");
    Delivery joined =
        Deliveries.join(
            List.of(
                Deliveries.pushed(told::add),
                Deliveries.pushed(
                    outcome -> {
                      throw first;
                    }),
                Deliveries.pushed(told::add),
                Deliveries.pushed(
                    outcome -> {
                      throw second;
                    }),
                Deliveries.pushed(told::add)));

    assertThatThrownBy(joined::delivered).isSameAs(first).hasSuppressedException(second);

    assertThat(told).containsExactly(Outcome.DELIVERED, Outcome.DELIVERED, Outcome.DELIVERED);
    joined.delivered();
    assertThat(told).hasSize(3);
  }

  @Test
  void isReplayableOnlyWhenAllJoinedPartsAre() {
    Delivery joined =
        Deliveries.join(
            List.of(Deliveries.replayable(outcomes::add), Deliveries.pushed(outcomes::add)));
    assertThat(joined.replayable()).isFalse();
  }

  @Test
  void ranksOutcomes() {
    Outcome refused = new Outcome.Refused("r", null);
    Outcome rejected = new Outcome.Rejected("n");
    assertThat(Outcome.worse(Outcome.DELIVERED, refused)).isEqualTo(refused);
    assertThat(Outcome.worse(Outcome.STOPPED, refused)).isEqualTo(Outcome.STOPPED);
    assertThat(Outcome.worse(Outcome.STOPPED, rejected)).isEqualTo(rejected);
  }
}
