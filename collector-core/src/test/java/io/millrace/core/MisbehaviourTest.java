package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.Connector;
import io.millrace.api.component.ConnectorFactory.Pair;
import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Outputs;
import io.millrace.api.component.RefusedException;
import io.millrace.api.component.SimpleProcessor;
import io.millrace.api.component.StatefulProcessor;
import io.millrace.api.component.StatefulProcessor.Mode;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Deliveries;
import io.millrace.api.pipeline.Delivery;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.fakes.Await;
import io.millrace.core.fakes.Ending;
import io.millrace.core.fakes.Telemetry;
import io.millrace.core.telemetry.Balance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Components that do whatever the dice say, at every place at once: a simple processor, one that
 * holds, a connector behind it, one that absorbs, two exporters; behind a log, too. Every Delivery
 * of the source ends exactly once, and the books are in order.
 */
class MisbehaviourTest extends AgentBench {
  private static final int PARCELS = 150;

  private final Queue<Delivery> kept = new ConcurrentLinkedQueue<>();
  private final Queue<Parcel> keptParcels = new ConcurrentLinkedQueue<>();
  private final CountDownLatch never = new CountDownLatch(1);

  @AfterEach
  void letHangingComponentsGo() {
    never.countDown();
  }

  @ParameterizedTest
  @CsvSource({
    "1, false",
    "2, false",
    "3, false",
    "5, false",
    "8, false",
    "13, false",
    "1, true",
    "2, true",
    "3, true",
    "5, true"
  })
  void endsEveryDeliveryOnceWhateverComponentsDo(long seed, boolean logged) throws Exception {
    Dice dice = new Dice(seed);
    out.otherwise(batch -> export(dice));
    other.otherwise(batch -> export(dice));
    if (logged) {
      setup.loggedReceiver("in", in);
    }
    setup
        .options(options -> options.withGrace(Duration.ofMillis(300)))
        .processor("odd", context -> (SimpleProcessor) (batch, request) -> process(batch, dice))
        .processor(
            "wild", context -> stateful(Mode.HOLD, (parcel, next) -> roll(parcel, next, dice)))
        .processor(
            "sponge",
            context -> stateful(Mode.ABSORB, (parcel, next) -> absorb(parcel, next, dice)))
        .connector(
            "wild",
            Set.of(new Pair(Signal.LOGS, Signal.LOGS)),
            (context, outputs) -> connector(outputs, dice));
    start(
        setup
            .pipeline("logs", "in", "odd wild", "wild out")
            .pipeline("logs/behind", "wild", "wild sponge", "out other"));
    List<Ending> endings = new ArrayList<>();
    List<Thread> sources = new ArrayList<>();
    for (int i = 0; i < PARCELS; i++) {
      Ending ending =
          switch (i % 3) {
            case 0 -> Ending.ofReplayable();
            case 1 -> Ending.ofPushed();
            default -> Ending.ofAcknowledged();
          };
      if (dice.roll(6) == 0) {
        ending.failingWith(new AssertionError("on purpose"));
      }
      endings.add(ending);
      Batch batch = Telemetry.numbered("t" + i + "-", 1 + i % 4);
      // A component may hang in a source's thread until it is interrupted.
      sources.add(Thread.ofVirtual().start(() -> in.send(batch, ending)));
    }
    Await.until(
        "all is handed over or hangs",
        () -> sources.stream().allMatch(MisbehaviourTest::isDoneOrWaits));
    sources.forEach(Thread::interrupt);
    for (Thread source : sources) {
      assertThat(source.join(Duration.ofSeconds(20))).isTrue();
    }
    stop();
    assertThat(endings).allSatisfy(ending -> assertThat(ending.outcomes()).hasSize(1));
    List<Balance> balances = agent().balances();
    assertThat(balances)
        .allSatisfy(
            balance -> {
              assertThat(balance.missing()).as("%s", balance).isZero();
              assertThat(balance.inFlight()).as("%s", balance).isZero();
            });
    // What was kept and ends after the stop changes nothing.
    kept.forEach(Delivery::delivered);
    for (Parcel parcel : keptParcels) {
      assertThat(parcel.batch().itemCount()).isPositive();
      parcel.delivery().refused("late");
    }
    assertThat(endings).allSatisfy(ending -> assertThat(ending.outcomes()).hasSize(1));
    assertThat(agent().balances()).isEqualTo(balances);
  }

  @Test
  void triesAgainWhenAnExporterRunsOutOfMemoryAndLeavesItsSiblingsAlone() throws Exception {
    out.answer(
        batch -> {
          throw new OutOfMemoryError("on purpose");
        });
    start(setup.pipeline("logs", "in", "", "out other"));
    assertThat(in.send(Telemetry.logs("a"), Ending.ofReplayable()).outcome())
        .isEqualTo(Outcome.DELIVERED);
    assertThat(out.attempts()).hasSize(2);
    assertThat(other.attempts()).hasSize(1);
  }

  /** What a simple processor makes of a batch. */
  private Batch process(Batch batch, Dice dice) throws RefusedException {
    return switch (dice.roll(14)) {
      case 0 -> throw new IllegalStateException("on purpose");
      case 1 -> throw new AssertionError("on purpose");
      case 2 -> throw new RefusedException("on purpose", null);
      case 3 -> nothing();
      case 4 -> batch.filter(item -> false);
      case 5 -> Batch.empty(Signal.METRICS);
      case 6 -> {
        Thread.currentThread().interrupt();
        yield batch;
      }
      case 7 -> batch.filter(item -> dice.roll(2) == 0);
      default -> batch;
    };
  }

  @SuppressWarnings("NullAway") // What a plugin returns nobody checks.
  private static Batch nothing() {
    return null;
  }

  /** What a processor makes of a parcel that ends its Delivery when it has taken it. */
  private void absorb(Parcel parcel, Consumer next, Dice dice) throws InterruptedException {
    parcel.delivery().delivered();
    switch (dice.roll(4)) {
      case 0 -> throw new IllegalStateException("on purpose");
      case 1 -> Thread.ofVirtual().start(() -> handOn(parcel, next));
      case 2 -> next.accept(parcel.withDelivery(Deliveries.pushed(outcome -> {})));
      default -> keptParcels.add(parcel);
    }
  }

  /** What a component of the middle makes of a parcel. */
  private void roll(Parcel parcel, Consumer next, Dice dice) throws InterruptedException {
    Delivery delivery = parcel.delivery();
    switch (dice.roll(12)) {
      case 0 -> {
        next.accept(parcel);
        delivery.delivered();
        delivery.refused("twice");
      }
      case 1 -> kept.add(delivery);
      case 2 -> keptParcels.add(parcel);
      case 3 -> throw new IllegalStateException("on purpose");
      case 4 -> {
        next.accept(parcel);
        throw new AssertionError("on purpose");
      }
      case 5 -> {
        next.accept(parcel);
        next.accept(parcel);
      }
      case 6 -> Thread.ofVirtual().start(() -> handOn(parcel, next));
      case 7 -> {
        List<Delivery> parts = Deliveries.fork(delivery, 2);
        next.accept(parcel.withDelivery(parts.get(0)));
        Thread.ofPlatform().daemon().start(() -> parts.get(1).delivered());
      }
      case 8 -> delivery.end(new Outcome.Rejected("on purpose"));
      case 9 -> {
        if (dice.roll(8) == 0) {
          never.await();
        } else {
          next.accept(parcel);
        }
      }
      case 10 -> {
        delivery.delivered();
        next.accept(parcel);
      }
      default -> next.accept(parcel);
    }
  }

  private ExportOutcome export(Dice dice) throws InterruptedException {
    return switch (dice.roll(12)) {
      case 0 -> new ExportOutcome.Retry("busy", null, "503");
      case 1 -> new ExportOutcome.Rejected("bad", "400", true);
      case 2 -> new ExportOutcome.TooLarge("large");
      case 3 -> throw new IllegalStateException("on purpose");
      case 4 -> {
        BitSet some = new BitSet();
        some.set(dice.roll(6));
        yield new ExportOutcome.Partial(
            List.of(new ExportOutcome.RejectedItem(dice.roll(6), "bad")), some, "slow", null);
      }
      case 5 -> {
        Thread.currentThread().interrupt();
        yield new ExportOutcome.Retry("odd", null);
      }
      case 6 -> throw new InterruptedException("on purpose");
      case 7 -> noOutcome();
      case 8 -> {
        if (dice.roll(20) == 0) {
          hang();
        }
        yield ExportOutcome.ACCEPTED;
      }
      case 9 -> throw new OutOfMemoryError("on purpose");
      default -> ExportOutcome.ACCEPTED;
    };
  }

  @SuppressWarnings("NullAway") // As above.
  private static ExportOutcome noOutcome() {
    return null;
  }

  /** Until the test is over, whoever interrupts. */
  private void hang() {
    boolean interrupted = false;
    while (never.getCount() > 0) {
      try {
        never.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Connector connector(Outputs outputs, Dice dice) {
    return new Connector() {
      @Override
      public Mode mode() {
        return Mode.HOLD;
      }

      @Override
      public void accept(Parcel parcel) throws InterruptedException {
        roll(parcel, outputs.of(Signal.LOGS).orElseThrow(), dice);
      }
    };
  }

  private static StatefulProcessor stateful(Mode mode, Taking taking) {
    return new StatefulProcessor() {
      @Override
      public Mode mode() {
        return mode;
      }

      @Override
      public void accept(Parcel parcel, Consumer next) throws InterruptedException {
        taking.accept(parcel, next);
      }
    };
  }

  private static void handOn(Parcel parcel, Consumer next) {
    try {
      next.accept(parcel);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isDoneOrWaits(Thread thread) {
    return switch (thread.getState()) {
      case TERMINATED, WAITING, TIMED_WAITING -> true;
      case NEW, RUNNABLE, BLOCKED -> false;
    };
  }

  /** The body of a stateful processor. */
  @FunctionalInterface
  private interface Taking {
    void accept(Parcel parcel, Consumer next) throws InterruptedException;
  }

  /** Thread-safe. The order of threads is not the seed's, what comes up is. */
  private static final class Dice {
    private final Random random;

    Dice(long seed) {
      random = new Random(seed);
    }

    synchronized int roll(int sides) {
      return random.nextInt(sides);
    }
  }
}
