package io.millrace.testkit.contract;

import io.millrace.api.component.Receiver;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Deliveries;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.Origins;
import io.millrace.api.telemetry.Signal;
import io.millrace.testkit.RecordingOutputs;
import io.millrace.testkit.TestContext;
import io.millrace.testkit.TestTelemetry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** A receiver that reads a list, five items at a time, and remembers how far it has come. */
final class QueueReceiver implements Receiver {
  private static final int MAX_ITEMS = 5;

  private final List<String> source;
  private final TestContext context;
  private final Consumer next;
  private final Fault fault;
  private @Nullable Thread reader;
  private volatile boolean stopping;

  /** What it does wrong. */
  enum Fault {
    NONE,
    FORGETS_ITS_POSITION,
    HAS_NO_ORIGINS,
    FAILS_ON_STOP_WITHOUT_START
  }

  QueueReceiver(
      CopyOnWriteArrayList<String> source,
      TestContext context,
      RecordingOutputs outputs,
      Fault fault) {
    this.source = source;
    this.context = context;
    this.next = outputs.consumer(Signal.LOGS);
    this.fault = fault;
  }

  @Override
  public void start() {
    reader = Thread.ofVirtual().start(this::readAll);
  }

  @Override
  public void stop() throws InterruptedException {
    stopping = true;
    Thread thread = reader;
    if (thread == null) {
      if (fault == Fault.FAILS_ON_STOP_WITHOUT_START) {
        throw new IllegalStateException("not started");
      }
      return;
    }
    thread.interrupt();
    thread.join();
  }

  private void readAll() {
    int position = fault == Fault.FORGETS_ITS_POSITION ? 0 : load();
    try {
      while (!stopping) {
        // A copy: a part of the list itself fails when the test adds to it meanwhile.
        List<String> known = List.copyOf(source);
        int end = Math.min(known.size(), position + MAX_ITEMS);
        if (end == position) {
          Thread.sleep(1);
        } else if (deliver(known.subList(position, end), position)) {
          position = end;
          context.storage(null).put(Map.of("position", new byte[] {(byte) position}));
        }
      }
    } catch (InterruptedException e) {
      // Stopped.
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean deliver(List<String> bodies, int position) throws InterruptedException {
    Logs logs = TestTelemetry.logs(bodies);
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    Parcel parcel =
        new Parcel(
            fault == Fault.HAS_NO_ORIGINS
                ? logs
                : logs.withOrigins(Origins.sequence("queue", position, bodies.size())),
            Deliveries.replayable(outcome::complete),
            RequestContext.local(0));
    next.accept(parcel);
    try {
      return outcome.get() instanceof Outcome.Delivered;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private int load() {
    try {
      byte[] stored = context.storage(null).get("position");
      return stored == null ? 0 : stored[0] & 0xff;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
