package io.millrace.toolkit.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {

  @Test
  void refusesWhatExceedsTheLimit() {
    ByteBudget budget = new ByteBudget(100);
    ByteBudget.Lease first = budget.lease();
    ByteBudget.Lease second = budget.lease();

    assertThat(first.grow(60)).isTrue();
    assertThat(second.grow(40)).isTrue();
    assertThat(second.grow(1)).isFalse();
    assertThat(budget.used()).isEqualTo(100);
  }

  @Test
  void takesBackWhatALeaseHeld() {
    ByteBudget budget = new ByteBudget(100);
    ByteBudget.Lease lease = budget.lease();
    lease.grow(60);
    lease.shrink(20);
    assertThat(budget.used()).isEqualTo(40);

    lease.close();
    lease.close();

    assertThat(budget.used()).isZero();
    assertThat(lease.grow(1)).isFalse();
  }

  @Test
  void grantsOneLeaseAloneWhateverItWants() {
    ByteBudget budget = new ByteBudget(100);
    ByteBudget.Lease large = budget.lease();

    assertThat(large.grow(80)).isTrue();
    assertThat(large.grow(80)).isTrue();
    assertThat(budget.lease().grow(1)).isFalse();
    large.close();
    assertThat(budget.lease().grow(1)).isTrue();
  }

  @Test
  void countsTheLeasesOfItsPartsToo() {
    ByteBudget whole = new ByteBudget(100);
    ByteBudget.Lease one = whole.part(80).lease();
    ByteBudget small = whole.part(30);
    ByteBudget.Lease two = small.lease();
    ByteBudget.Lease three = small.lease();

    assertThat(one.grow(70)).isTrue();
    assertThat(two.grow(31)).as("beyond the whole").isFalse();
    assertThat(small.used()).isZero();
    assertThat(two.grow(20)).isTrue();
    assertThat(three.grow(11)).as("beyond the part").isFalse();
    assertThat(whole.used()).isEqualTo(90);

    two.shrink(5);
    assertThat(whole.used()).isEqualTo(85);
    one.close();
    two.close();
    assertThat(whole.used()).isZero();
  }

  @Test
  void staysWithinTheLimitUnderConcurrency() throws InterruptedException {
    ByteBudget budget = new ByteBudget(1000);
    AtomicLong highest = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int n = 0; n < 2000; n++) {
                      try (ByteBudget.Lease lease = budget.lease()) {
                        if (lease.grow(ThreadLocalRandom.current().nextInt(1, 400))) {
                          highest.accumulateAndGet(budget.used(), Math::max);
                        }
                      }
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(budget.used()).isZero();
    assertThat(highest.get()).isPositive().isLessThan(1000 + 8 * 400);
  }
}
