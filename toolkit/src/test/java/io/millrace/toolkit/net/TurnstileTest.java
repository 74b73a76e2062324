package io.millrace.toolkit.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class TurnstileTest {

  @Test
  void neverLetsMoreInThanTheLimit() throws Exception {
    Turnstile turnstile = new Turnstile(100 * 1024);
    AtomicLong inside = new AtomicLong();
    AtomicLong most = new AtomicLong();
    List<Future<?>> callers = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 500; i++) {
        long bytes = 1 + i * 200L;
        callers.add(
            executor.submit(
                () -> {
                  try (Turnstile.Pass _ = turnstile.enter(bytes)) {
                    most.accumulateAndGet(inside.addAndGet(bytes), Math::max);
                    LockSupport.parkNanos(1_000);
                    inside.addAndGet(-bytes);
                  }
                  return null;
                }));
      }
      for (Future<?> caller : callers) {
        caller.get(30, TimeUnit.SECONDS);
      }
    }
    assertThat(most.get()).isBetween(100 * 200L, 100 * 1024L);
  }

  @Test
  void letsOneInThatWantsMoreThanTheLimitButAlone() throws Exception {
    Turnstile turnstile = new Turnstile(2048);
    AtomicInteger entered = new AtomicInteger();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> other;
      try (Turnstile.Pass _ = turnstile.enter(1 << 20)) {
        other =
            executor.submit(
                () -> {
                  try (Turnstile.Pass _ = turnstile.enter(1)) {
                    entered.incrementAndGet();
                  }
                  return null;
                });
        assertThat(entered).hasValue(0);
      }
      other.get(30, TimeUnit.SECONDS);
    }
    assertThat(entered).hasValue(1);
  }
}
