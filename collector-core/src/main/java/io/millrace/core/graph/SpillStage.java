package io.millrace.core.graph;

import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Parcel;
import io.millrace.core.delivery.ExportPath;
import java.util.function.BooleanSupplier;

/**
 * The way into an exporter whose queue overflows into a log: straight into the queue as long as
 * there is room; else, and until everything in the log has been delivered, into the log, which
 * keeps the order. Thread-safe.
 */
final class SpillStage implements Consumer {
  private final ExportPath queue;
  private final LogStage log;
  private final BooleanSupplier logEmpty;
  private boolean spilling;
  private int entering;

  /**
   * Makes a stage.
   *
   * @param logEmpty whether everything in the log has been delivered, also what is being written
   */
  SpillStage(ExportPath queue, LogStage log, BooleanSupplier logEmpty) {
    this.queue = queue;
    this.log = log;
    this.logEmpty = logEmpty;
    this.spilling = !logEmpty.getAsBoolean();
  }

  @Override
  public void accept(Parcel parcel) throws InterruptedException {
    if (straight() && queue.offer(parcel)) {
      return;
    }
    synchronized (this) {
      spilling = true;
      entering++;
    }
    try {
      log.accept(parcel);
    } finally {
      synchronized (this) {
        entering--;
      }
    }
  }

  private synchronized boolean straight() {
    if (spilling && entering == 0 && logEmpty.getAsBoolean()) {
      spilling = false;
    }
    return !spilling;
  }
}
