package io.millrace.core.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.Component;
import io.millrace.api.component.ComponentId;
import io.millrace.api.component.Health;
import io.millrace.api.component.StartException;
import io.millrace.core.fakes.Await;
import io.millrace.core.plugin.Kind;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ComponentSlotTest {
  private static final ClassLoader LOADER = new ClassLoader() {};
  private static final Deadline SOON = Deadline.in(Duration.ofSeconds(60));
  private final HealthBoard board = new HealthBoard(Clock.systemUTC());
  private final List<String> calls = new CopyOnWriteArrayList<>();

  @Test
  void stopsWhatCouldNotStartAndMakesItAnew() throws Exception {
    AtomicInteger made = new AtomicInteger();
    ComponentSlot<Component> slot =
        slot(
            () -> {
              int number = made.incrementAndGet();
              return new Component() {
                @Override
                public void start() throws StartException {
                  calls.add("start " + number);
                  if (number < 3) {
                    throw new StartException("port " + number + " is taken", null);
                  }
                }

                @Override
                public void stop() {
                  calls.add("stop " + number);
                }
              };
            });
    slot.launch();
    assertThat(slot.awaitRunning()).isNotNull();
    slot.beginStop();
    slot.beginStop();
    assertThat(slot.awaitStopped(SOON)).isTrue();
    assertThat(calls)
        .containsExactly("start 1", "stop 1", "start 2", "stop 2", "start 3", "stop 3");
    assertThat(slot.running()).isNull();
    assertThat(slot.awaitRunning()).isNull();
  }

  @Test
  void startsAndStopsInTheComponentsContext() throws Exception {
    List<ClassLoader> loaders = new CopyOnWriteArrayList<>();
    ComponentSlot<Component> slot =
        slot(
            () -> {
              loaders.add(Thread.currentThread().getContextClassLoader());
              return new Component() {
                @Override
                public void start() {
                  loaders.add(Thread.currentThread().getContextClassLoader());
                }

                @Override
                public void stop() {
                  loaders.add(Thread.currentThread().getContextClassLoader());
                }
              };
            });
    slot.launch();
    assertThat(slot.awaitRunning()).isNotNull();
    slot.beginStop();
    assertThat(slot.awaitStopped(SOON)).isTrue();
    assertThat(loaders).containsExactly(LOADER, LOADER, LOADER);
  }

  @Test
  void interruptsAStartThatHangsWhenTheAgentStops() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    ComponentSlot<Component> slot =
        slot(
            () ->
                new Component() {
                  @Override
                  public void start() throws InterruptedException {
                    calls.add("start");
                    never.await();
                  }

                  @Override
                  public void stop() {
                    calls.add("stop");
                  }
                });
    slot.launch();
    Await.until("it starts", () -> calls.contains("start"));
    slot.beginStop();
    assertThat(slot.awaitStopped(SOON)).isTrue();
    assertThat(calls).containsExactly("start", "stop");
  }

  @Test
  void stopsOneThatStartedOnlyAfterTheAgentStopped() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    ComponentSlot<Component> slot =
        slot(
            () ->
                new Component() {
                  @Override
                  public void start() {
                    calls.add("start");
                    boolean interrupted = false;
                    while (!interrupted || go.getCount() > 0) {
                      try {
                        go.await();
                        interrupted = true;
                      } catch (InterruptedException e) {
                        interrupted = true;
                      }
                    }
                  }

                  @Override
                  public void stop() {
                    calls.add("stop");
                  }
                });
    slot.launch();
    Await.until("it starts", () -> calls.contains("start"));
    slot.beginStop();
    go.countDown();
    assertThat(slot.awaitStopped(SOON)).isTrue();
    assertThat(calls).containsExactly("start", "stop");
    assertThat(slot.running()).isNull();
    assertThat(board.ready()).isFalse();
  }

  @Test
  void survivesAComponentThatThrowsWhenItStops() throws Exception {
    ComponentSlot<Component> slot =
        slot(
            () ->
                new Component() {
                  @Override
                  public void stop() {
                    throw new IllegalStateException("on purpose");
                  }
                });
    slot.launch();
    assertThat(slot.awaitFirstAttempt(SOON)).isTrue();
    assertThat(board.components()).containsEntry("receiver:x", Health.OK);
    slot.beginStop();
    assertThat(slot.awaitStopped(SOON)).isTrue();
  }

  @Test
  void doublesItsWaitsUpToALimit() {
    ComponentSlot.Backoff backoff =
        new ComponentSlot.Backoff(Duration.ofSeconds(1), Duration.ofSeconds(3));
    assertThat(backoff.next(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(2));
    assertThat(backoff.next(Duration.ofSeconds(2))).isEqualTo(Duration.ofSeconds(3));
    assertThat(backoff.next(Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void limitsWhatIsLogged() {
    LogLimiter limiter = new LogLimiter();
    assertThat(limiter.permit("a")).isZero();
    assertThat(limiter.permit("a")).isEqualTo(-1);
    assertThat(limiter.permit("a")).isEqualTo(-1);
    assertThat(limiter.permit("b")).isEqualTo(2);
    limiter.reset();
    assertThat(limiter.permit("a")).isZero();
    for (int i = 0; i < 100; i++) {
      limiter.permit("text " + i);
    }
    assertThat(limiter.permit("new")).isEqualTo(-1);
  }

  private ComponentSlot<Component> slot(Supplier<Component> maker) {
    return new ComponentSlot<>(
        Identity.of(Kind.RECEIVER, ComponentId.parse("x")),
        LOADER,
        maker,
        board,
        new ComponentSlot.Backoff(Duration.ofMillis(1), Duration.ofMillis(1)));
  }
}
