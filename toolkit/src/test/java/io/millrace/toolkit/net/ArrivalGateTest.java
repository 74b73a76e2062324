package io.millrace.toolkit.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.toolkit.net.ArrivalGate.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ArrivalGateTest {
  private static final long KIB = 1024;

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final ByteBudget budget = new ByteBudget(100 * KIB);
  private final ArrivalGate gate = new ArrivalGate(budget, timer, 40 * KIB);

  @AfterEach
  void endTimer() {
    timer.shutdownNow();
  }

  @Test
  void letsInAsManyAsFitWhenEachIsAsLargeAsTheLargest() {
    assertThat(gate.place().enter(() -> {})).isEqualTo(Answer.ENTER);
    assertThat(gate.place().enter(() -> {})).isEqualTo(Answer.ENTER);
    assertThat(gate.place().enter(() -> {})).isEqualTo(Answer.WAIT);
    assertThat(budget.used()).isEqualTo(80 * KIB);
  }

  @Test
  void letsThoseWhoWaitInInTheirOrder() {
    ArrivalGate.Place first = entered();
    ArrivalGate.Place second = entered();
    List<String> log = new ArrayList<>();
    gate.place().enter(() -> log.add("third"));
    gate.place().enter(() -> log.add("fourth"));
    assertThat(log).isEmpty();

    first.close();
    assertThat(log).containsExactly("third");
    second.close();
    assertThat(log).containsExactly("third", "fourth");
  }

  @Test
  void letsNobodyPassThoseWhoWait() {
    ByteBudget.Lease other = budget.lease();
    other.grow(90 * KIB);
    assertThat(gate.place().enter(() -> {})).isEqualTo(Answer.WAIT);
    other.close();

    assertThat(gate.place().enter(() -> {})).isEqualTo(Answer.WAIT);
  }

  @Test
  void seesWhatOthersGiveBack() throws Exception {
    ByteBudget.Lease other = budget.lease();
    other.grow(90 * KIB);
    AtomicInteger admitted = new AtomicInteger();
    gate.place().enter(admitted::incrementAndGet);
    assertThat(admitted).hasValue(0);

    other.close();

    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (admitted.get() == 0 && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(2);
    }
    assertThat(admitted).hasValue(1);
  }

  @Test
  void sendsAwayWhoWouldWaitTooLong() {
    entered();
    entered();
    for (int i = 0; i < ArrivalGate.MAX_QUEUE; i++) {
      assertThat(gate.place().enter(() -> {})).isEqualTo(Answer.WAIT);
    }

    assertThat(gate.place().enter(() -> {})).isEqualTo(Answer.LEAVE);
  }

  @Test
  void forgetsWhoLeavesWhileWaiting() {
    ArrivalGate.Place first = entered();
    entered();
    List<String> log = new ArrayList<>();
    ArrivalGate.Place gone = gate.place();
    gone.enter(() -> log.add("gone"));
    gate.place().enter(() -> log.add("stayed"));

    gone.close();
    first.close();

    assertThat(log).containsExactly("stayed");
  }

  @Test
  void expectsMessagesLikeTheLargestOfLate() {
    for (int i = 0; i < 100; i++) {
      arrive(5 * KIB);
    }
    for (int i = 0; i < 19; i++) {
      assertThat(gate.place().enter(() -> {})).as("message %d", i).isEqualTo(Answer.ENTER);
    }
    assertThat(gate.place().enter(() -> {})).isEqualTo(Answer.WAIT);
  }

  @Test
  void expectsLargeMessagesAgainAfterOne() {
    for (int i = 0; i < 100; i++) {
      arrive(5 * KIB);
    }
    arrive(60 * KIB);

    assertThat(gate.place().enter(() -> {})).isEqualTo(Answer.ENTER);
    assertThat(gate.place().enter(() -> {})).isEqualTo(Answer.WAIT);
  }

  @Test
  void turnsAwayWhatBecomesLargerThanThereIsRoom() {
    ArrivalGate.Place first = entered();
    ArrivalGate.Place second = entered();

    assertThat(first.grow(40 * KIB)).isTrue();
    assertThat(second.grow(40 * KIB)).isTrue();
    assertThat(first.grow(20 * KIB)).isTrue();
    assertThat(second.grow(1)).isFalse();

    second.close();
    assertThat(first.grow(1)).isTrue();
    assertThat(budget.used()).isEqualTo(60 * KIB + 1);
  }

  @Test
  void letsOneAloneInHoweverLarge() {
    ArrivalGate wide = new ArrivalGate(budget, timer, 400 * KIB);

    ArrivalGate.Place alone = wide.place();
    assertThat(alone.enter(() -> {})).isEqualTo(Answer.ENTER);
    assertThat(alone.grow(500 * KIB)).isTrue();
    assertThat(wide.place().enter(() -> {})).isEqualTo(Answer.WAIT);
  }

  private ArrivalGate.Place entered() {
    ArrivalGate.Place place = gate.place();
    assertThat(place.enter(() -> {})).isEqualTo(Answer.ENTER);
    return place;
  }

  private void arrive(long bytes) {
    ArrivalGate.Place place = entered();
    assertThat(place.grow(bytes)).isTrue();
    place.arrived();
    assertThat(budget.used()).isZero();
  }
}
