package io.millrace.api.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Makes, forks and joins Deliveries. */
public final class Deliveries {

  private Deliveries() {}

  /** Is told the outcome of a Delivery, once, on whatever thread ends it. Must not block. */
  @FunctionalInterface
  public interface Listener {
    void ended(Outcome outcome);
  }

  /** A Delivery of a replayable source (file, Kafka). */
  public static Delivery replayable(Listener listener) {
    return new Once(true, false, listener);
  }

  /** A Delivery of telemetry that was pushed to the agent by somebody who waits for its end. */
  public static Delivery pushed(Listener listener) {
    return new Once(false, false, listener);
  }

  /**
   * A Delivery of telemetry that was pushed to the agent by somebody who is told that it arrived as
   * soon as a pipeline has taken it.
   */
  public static Delivery acknowledged(Listener listener) {
    return new Once(false, true, listener);
  }

  /**
   * Splits a Delivery: it ends when every part has ended, with the worst of their outcomes.
   *
   * @param parts number of parts, at least 1
   */
  public static List<Delivery> fork(Delivery whole, int parts) {
    if (parts < 1) {
      throw new IllegalArgumentException("parts: " + parts + " (expected: at least 1)");
    }
    if (parts == 1) {
      return List.of(whole);
    }
    AtomicInteger open = new AtomicInteger(parts);
    AtomicReference<Outcome> worst = new AtomicReference<>(Outcome.DELIVERED);
    List<Delivery> forks = new ArrayList<>(parts);
    for (int i = 0; i < parts; i++) {
      forks.add(
          new Once(
              whole.replayable(),
              whole.acknowledged(),
              outcome -> {
                worst.accumulateAndGet(outcome, Outcome::worse);
                if (open.decrementAndGet() == 0) {
                  whole.end(worst.get());
                }
              }));
    }
    return List.copyOf(forks);
  }

  /**
   * Joins Deliveries: when the result ends, so do all of them, with the same outcome. The result is
   * replayable only if all are, and acknowledged as soon as one is.
   */
  public static Delivery join(List<Delivery> parts) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    List<Delivery> copy = List.copyOf(parts);
    boolean replayable = copy.stream().allMatch(Delivery::replayable);
    boolean acknowledged = copy.stream().anyMatch(Delivery::acknowledged);
    return new Once(replayable, acknowledged, outcome -> endAll(copy, outcome));
  }

  /** Ends every one, also when one of them throws. */
  @SuppressWarnings("ReferenceEquality") // an exception may not suppress itself
  private static void endAll(List<Delivery> parts, Outcome outcome) {
    Throwable failure = null;
    for (Delivery part : parts) {
      try {
        part.end(outcome);
      } catch (RuntimeException | Error e) {
        if (failure == null) {
          failure = e;
        } else if (failure != e) {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure instanceof RuntimeException) {
      throw (RuntimeException) failure;
    }
    if (failure != null) {
      throw (Error) failure;
    }
  }

  private static final class Once implements Delivery {
    private final boolean replayable;
    private final boolean acknowledged;
    private final Listener listener;
    private final AtomicBoolean ended = new AtomicBoolean();

    Once(boolean replayable, boolean acknowledged, Listener listener) {
      this.replayable = replayable;
      this.acknowledged = acknowledged;
      this.listener = listener;
    }

    @Override
    public void end(Outcome outcome) {
      if (ended.compareAndSet(false, true)) {
        listener.ended(outcome);
      }
    }

    @Override
    public boolean replayable() {
      return replayable;
    }

    @Override
    public boolean acknowledged() {
      return acknowledged;
    }
  }
}
