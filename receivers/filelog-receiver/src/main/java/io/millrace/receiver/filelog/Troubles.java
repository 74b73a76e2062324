package io.millrace.receiver.filelog;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.Health;
import io.millrace.api.telemetry.Logs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * What goes wrong while files are read: counted, told as health where it concerns all of them, and
 * logged, repeats not too often. Thread-safe.
 */
final class Troubles {
  private final ComponentContext context;
  private final Instruments instruments;
  private final BooleanSupplier stopping;
  private final RateLimitedLog limit = new RateLimitedLog(System::nanoTime);
  private final AtomicBoolean storageFails = new AtomicBoolean();

  /**
   * Makes an account of nothing.
   *
   * @param stopping whether files that cannot be read are no trouble any more
   */
  Troubles(ComponentContext context, Instruments instruments, BooleanSupplier stopping) {
    this.context = context;
    this.instruments = instruments;
    this.stopping = stopping;
  }

  /** A file or directory could not be read, or a position that it needs not be stored. */
  void unreadable(Path path, IOException cause) {
    if (stopping.getAsBoolean()) {
      return;
    }
    if (cause instanceof NotStoredException storage) {
      notStored(storage.failure());
      return;
    }
    instruments.unreadable.add(1);
    if (limit.permits("unreadable " + path)) {
      context
          .logger()
          .atWarn()
          .addKeyValue("path", path)
          .addKeyValue("cause", cause)
          .log("A file or directory cannot be read; the others are read on");
    }
  }

  /** A file's reading failed by a fault of a component. */
  void broken(Path path, RuntimeException cause) {
    if (limit.permits("broken " + path)) {
      context
          .logger()
          .atError()
          .setCause(cause)
          .addKeyValue("path", path)
          .log("Reading a file failed and is tried again");
    }
  }

  /**
   * Puts a batch aside durably that can never be delivered.
   *
   * @throws IOException when it could not; the batch must then stay undelivered
   */
  void putAside(Logs batch, String reason) throws IOException {
    try {
      context.deadLetters().put(batch, reason);
    } catch (IOException e) {
      if (limit.permits("dead letters")) {
        context
            .logger()
            .atWarn()
            .addKeyValue("cause", e)
            .log("Dead letters cannot be written; the file waits");
      }
      throw e;
    }
  }

  /** A position could not be stored. */
  void notStored(IOException cause) {
    instruments.storageFailures.add(1);
    storageFails.set(true);
    context.report(new Health.Degraded("positions of files cannot be stored: " + cause));
    if (limit.permits("storage")) {
      context
          .logger()
          .atError()
          .addKeyValue("cause", cause)
          .log("Positions of files cannot be stored; files that need it wait");
    }
  }

  /** Positions were stored, perhaps for the first time after a failure. */
  void stored() {
    if (storageFails.compareAndSet(true, false)) {
      context.report(Health.OK);
      context.logger().info("Positions of files are stored again");
    }
  }

  /** An operator failed on a record. */
  void operatorFailed(String reason) {
    instruments.operatorFailures.add(1);
    if (limit.permits("operator " + reason.substring(0, Math.max(0, reason.indexOf(':'))))) {
      context.logger().atWarn().addKeyValue("cause", reason).log("An operator failed on a record");
    }
  }
}
