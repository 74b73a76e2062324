package io.millrace.receiver.filelog;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.Outputs;
import io.millrace.api.component.Receiver;
import io.millrace.api.component.StartException;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.telemetry.Signal;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tails files. One thread looks for files and changes and stores positions; a few threads read.
 *
 * <p>A position is stored at most every 200 ms, and when the receiver stops, which waits a while
 * for what is on its way.
 */
final class FilelogReceiver implements Receiver {
  private static final Duration RELEASE_AFTER = Duration.ofSeconds(30);
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private final ComponentContext context;
  private final FilelogConfig config;
  private final Outputs outputs;
  private final Reading.Waits waits;
  private @Nullable Reading reading;

  FilelogReceiver(ComponentContext context, FilelogConfig config, Outputs outputs) {
    this(context, config, outputs, RELEASE_AFTER, DRAIN);
  }

  /**
   * Makes a receiver with times of its own.
   *
   * @param releaseAfter how long a file that no pattern matches any more must have been quiet
   * @param drain how long a stop waits for what is on its way
   */
  FilelogReceiver(
      ComponentContext context,
      FilelogConfig config,
      Outputs outputs,
      Duration releaseAfter,
      Duration drain) {
    this.context = context;
    this.config = config;
    this.outputs = outputs;
    this.waits = new Reading.Waits(releaseAfter, drain);
  }

  @Override
  public void start() throws StartException {
    Consumer consumer = outputs.of(Signal.LOGS).orElse(null);
    if (consumer == null) {
      return;
    }
    Checkpoints checkpoints;
    try {
      long firstGeneration =
          context.clock().millis() * 1000 + Math.floorMod(context.id().toString().hashCode(), 1000);
      checkpoints =
          Checkpoints.load(context.storage(config.storage()), firstGeneration, context.logger());
    } catch (IOException | IllegalArgumentException e) {
      throw new StartException("storage: positions cannot be read or written: " + e, e);
    }
    Reading started = new Reading(context, config, waits, consumer, checkpoints);
    reading = started;
    started.start();
  }

  @Override
  public void stop() throws InterruptedException {
    Reading running = reading;
    reading = null;
    if (running != null) {
      running.stop();
    }
  }

  /** Abandons everything as a killed process would; for tests. */
  void kill() throws InterruptedException {
    Reading running = reading;
    reading = null;
    if (running != null) {
      running.abandon();
    }
  }
}
