package io.millrace.core.graph;

import io.millrace.api.component.Health;
import io.millrace.api.component.PushStream;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Delivery;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.telemetry.Batch;
import io.millrace.core.component.HealthBoard;
import io.millrace.core.component.Identity;
import io.millrace.core.log.LogFullException;
import io.millrace.core.log.SegmentLog;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way into a log: a parcel's Delivery ends as delivered once its batch is on the disk, and as
 * refused when the log is full or cannot be written. Thread-safe.
 */
final class LogStage implements Consumer {
  private static final Duration AFTER_FULL = Duration.ofSeconds(5);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  private final Identity owner;
  private final SegmentLog log;
  private final HealthBoard board;
  private final @Nullable Consumer past;
  private final Supplier<PushStream> streams;
  private volatile @Nullable PushStream stream;
  private volatile boolean unwell;

  /**
   * Makes a stage.
   *
   * @param owner the component whose log it is
   * @param past where parcels go that their source can read again, which need no log; null to log
   *     them too
   * @param streams makes the origins of batches that came without
   */
  LogStage(
      Identity owner,
      SegmentLog log,
      HealthBoard board,
      @Nullable Consumer past,
      Supplier<PushStream> streams) {
    this.owner = owner;
    this.log = log;
    this.board = board;
    this.past = past;
    this.streams = streams;
  }

  SegmentLog log() {
    return log;
  }

  @Override
  public void accept(Parcel parcel) throws InterruptedException {
    Consumer around = past;
    if (around != null && parcel.delivery().replayable()) {
      around.accept(parcel);
      return;
    }
    Batch batch = parcel.batch();
    if (batch.isEmpty()) {
      parcel.delivery().delivered();
      return;
    }
    try {
      log.append(numbered(batch), parcel.context(), new Answer(parcel.delivery()));
    } catch (InterruptedException e) {
      parcel.delivery().refused(owner.name() + ": interrupted while the log was busy");
      throw e;
    }
  }

  private Batch numbered(Batch batch) {
    if (!batch.origins().isNone()) {
      return batch;
    }
    PushStream numbers = stream;
    if (numbers == null) {
      synchronized (this) {
        numbers = stream;
        if (numbers == null) {
          numbers = streams.get();
          stream = numbers;
        }
      }
    }
    return batch.withOrigins(numbers.next(batch.itemCount()));
  }

  /** Ends the Delivery of a batch that was appended. */
  private final class Answer implements SegmentLog.Appended {
    private final Delivery delivery;

    Answer(Delivery delivery) {
      this.delivery = delivery;
    }

    @Override
    public void committed(long sequence) {
      if (unwell) {
        unwell = false;
        board.report(owner, HealthBoard.Aspect.LOG, Health.OK);
      }
      delivery.delivered();
    }

    @Override
    public void refused(IOException why) {
      String reason = why.getMessage() == null ? why.toString() : why.getMessage();
      unwell = true;
      board.report(owner, HealthBoard.Aspect.LOG, new Health.Degraded(reason));
      delivery.end(
          new Outcome.Refused(
              reason, why instanceof LogFullException ? AFTER_FULL : AFTER_FAILURE));
    }
  }
}
