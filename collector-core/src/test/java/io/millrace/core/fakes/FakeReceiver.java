package io.millrace.core.fakes;

import io.millrace.api.component.Outputs;
import io.millrace.api.component.Receiver;
import io.millrace.api.component.StartException;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A source under the test's control: sends what the test says. Thread-safe. */
public final class FakeReceiver implements Receiver {

  /** What it does when it stops. */
  @FunctionalInterface
  public interface Stopping {
    void stop() throws InterruptedException;
  }

  private volatile @Nullable Outputs outputs;
  private volatile Stopping stopping = () -> {};
  private final AtomicInteger starts = new AtomicInteger();
  private final AtomicInteger stops = new AtomicInteger();

  /** Connects it, as its factory does. */
  public FakeReceiver into(Outputs pipelines) {
    outputs = pipelines;
    return this;
  }

  public FakeReceiver onStop(Stopping other) {
    stopping = other;
    return this;
  }

  @Override
  public void start() throws StartException {
    starts.incrementAndGet();
  }

  @Override
  public void stop() throws InterruptedException {
    stops.incrementAndGet();
    stopping.stop();
  }

  /** Hands a batch over and remembers how it ends. */
  public Ending send(Batch batch, Ending ending) {
    Outputs pipelines = outputs;
    if (pipelines == null) {
      throw new IllegalStateException("not connected");
    }
    try {
      pipelines
          .of(batch.signal())
          .orElseThrow()
          .accept(new Parcel(batch, ending, RequestContext.local(1)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return ending;
  }

  public int starts() {
    return starts.get();
  }

  public int stops() {
    return stops.get();
  }
}
