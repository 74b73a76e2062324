package io.millrace.receiver.filelog;

import io.millrace.api.pipeline.Consumer;
import io.millrace.toolkit.source.AgeBound;
import java.time.Duration;
import org.slf4j.Logger;

/** What tails share. Thread-safe. */
interface TailContext {

  Settings settings();

  String agentId();

  Checkpoints checkpoints();

  Budget budget();

  AgeBound ageBound();

  Consumer consumer();

  Instruments instruments();

  Troubles troubles();

  Logger log();

  long nanoTime();

  /** The clock, nanoseconds since 1970. */
  long unixNanos();

  /** Whether nothing may be handed over any more. */
  boolean isStopping();

  /** The calling worker's buffer. */
  ReadBuffer buffer();

  /** The calling worker's maker of batches. */
  BatchMaker batchMaker();

  /** Drops what the calling worker has put into a batch and not sent. */
  void discardBatch();

  /** Has a worker run a tail. */
  void execute(Tail tail);

  /** Wakes a tail after a while. */
  void wakeLater(Tail tail, Duration wait);

  /** How long a file that no pattern matches any more must not have grown until it is let go. */
  Duration releaseAfter();

  /** Something has arrived; positions are stored soon. Must not block. */
  void positionMoved();
}
