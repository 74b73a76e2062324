package io.millrace.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private final AtomicInteger room = new AtomicInteger();

  @Test
  void leavesEachQueueItsOwnPartWhenAnotherTakesAllItCan() {
    MemoryBudget budget = new MemoryBudget(1000);
    MemoryBudget.Account greedy = budget.open(() -> {});
    MemoryBudget.Account modest = budget.open(() -> {});
    long taken = 0;
    while (greedy.tryReserve(10)) {
      taken += 10;
    }
    assertThat(taken).isEqualTo(750); // its own quarter and the common half
    assertThat(modest.tryReserve(250)).isTrue();
    assertThat(modest.tryReserve(1)).isFalse();
    assertThat(budget.usedBytes()).isEqualTo(1000);
  }

  @Test
  void tellsThoseWhoWaitWhenThereIsRoom() {
    MemoryBudget budget = new MemoryBudget(1000);
    MemoryBudget.Account first = budget.open(() -> {});
    MemoryBudget.Account second = budget.open(room::incrementAndGet);
    assertThat(first.tryReserve(750)).isTrue();
    assertThat(second.tryReserve(200)).isTrue();
    assertThat(second.tryReserve(100)).isFalse();
    assertThat(room).hasValue(0);
    first.release(750);
    assertThat(room).hasValue(1);
    assertThat(second.tryReserve(100)).isTrue();
    first.release(0);
    assertThat(room).hasValue(1);
  }

  @Test
  void letsASingleRequestThroughThatIsLargerThanAll() {
    MemoryBudget budget = new MemoryBudget(100);
    MemoryBudget.Account account = budget.open(() -> {});
    assertThat(account.tryReserve(5000)).isTrue();
    assertThat(account.tryReserve(1)).isFalse();
    account.release(5000);
    assertThat(budget.usedBytes()).isZero();
    assertThat(account.tryReserve(1)).isTrue();
  }

  @Test
  void givesBackAllItTook() {
    MemoryBudget budget = new MemoryBudget(1000);
    MemoryBudget.Account a = budget.open(() -> {});
    MemoryBudget.Account b = budget.open(() -> {});
    for (int i = 0; i < 100; i++) {
      assertThat(a.tryReserve(600)).isTrue();
      assertThat(b.tryReserve(300)).isTrue();
      a.release(200);
      assertThat(a.tryReserve(100)).isTrue();
      a.release(500);
      b.release(300);
    }
    assertThat(budget.usedBytes()).isZero();
    assertThat(a.tryReserve(750)).isTrue();
  }
}
