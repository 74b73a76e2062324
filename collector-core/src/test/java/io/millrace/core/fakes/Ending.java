package io.millrace.core.fakes;

import io.millrace.api.pipeline.Deliveries;
import io.millrace.api.pipeline.Delivery;
import io.millrace.api.pipeline.Outcome;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Remembers how a Delivery ended, and how often. Thread-safe. */
public final class Ending implements Delivery {
  private final boolean replayable;
  private final boolean acknowledged;
  private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();
  private volatile ClassLoader contextLoader = ClassLoader.getPlatformClassLoader();
  private volatile @Nullable Error failure;

  private Ending(boolean replayable, boolean acknowledged) {
    this.replayable = replayable;
    this.acknowledged = acknowledged;
  }

  public static Ending ofReplayable() {
    return new Ending(true, false);
  }

  public static Ending ofPushed() {
    return new Ending(false, false);
  }

  /** Of a sender that was told already that the telemetry arrived. */
  public static Ending ofAcknowledged() {
    return new Ending(false, true);
  }

  /** Throws when it is told the outcome, which it remembers all the same. */
  public Ending failingWith(Error error) {
    failure = error;
    return this;
  }

  @Override
  public void end(Outcome outcome) {
    contextLoader = Thread.currentThread().getContextClassLoader();
    outcomes.add(outcome);
    Error thrown = failure;
    if (thrown != null) {
      throw thrown;
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

  /** A Delivery made the usual way that ends this one. */
  public Delivery usual() {
    return replayable ? Deliveries.replayable(this::end) : Deliveries.pushed(this::end);
  }

  public boolean hasEnded() {
    return !outcomes.isEmpty();
  }

  /** Every end, in order; more than one is a mistake of somebody. */
  public List<Outcome> outcomes() {
    return outcomes;
  }

  /** Waits for the end. */
  public Outcome outcome() {
    Await.until("the delivery ends", this::hasEnded);
    return outcomes.get(0);
  }

  /** The context class loader of the thread that told the end. */
  public ClassLoader contextLoader() {
    return contextLoader;
  }
}
