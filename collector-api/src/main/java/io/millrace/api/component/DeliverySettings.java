package io.millrace.api.component;

import io.millrace.api.config.DataSize;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys that every exporter has and the runtime acts on: {@code timeout}, {@code
 * retry_on_failure}, {@code sending_queue}. Immutable. Keys and defaults are the Collector's, save
 * that retrying has no end unless {@code max_elapsed_time} is set, since a replayable source or a
 * waiting client stands behind every batch, and that what is given up is not dropped: it goes to
 * the dead letters, or back to a client who still waits for the answer. {@code retry_codes} and
 * {@code reject_codes} are Millrace's own.
 *
 * @param timeout limit of one attempt; zero means none
 * @param retry back-off between attempts
 * @param queue the queue before the exporter
 */
public record DeliverySettings(Duration timeout, Retry retry, Queue queue) {

  /** What exporters have unless their factory says otherwise. */
  public static DeliverySettings standard() {
    return new DeliverySettings(Duration.ofSeconds(5), Retry.standard(), Queue.standard());
  }

  public DeliverySettings withTimeout(Duration other) {
    return new DeliverySettings(other, retry, queue);
  }

  public DeliverySettings withRetry(Retry other) {
    return new DeliverySettings(timeout, other, queue);
  }

  public DeliverySettings withQueue(Queue other) {
    return new DeliverySettings(timeout, retry, other);
  }

  /**
   * Exponential back-off with jitter.
   *
   * @param enabled when false, a batch is given up after the first failed attempt
   * @param initialInterval wait before the second attempt
   * @param randomizationFactor share of the wait that is random, 0 to 1
   * @param multiplier growth of the wait, at least 1
   * @param maxInterval longest wait
   * @param maxElapsedTime when to give up; zero means never
   * @param retryCodes codes of outcomes ({@link ExportOutcome}) that are sent again although the
   *     exporter takes them for final
   * @param rejectCodes codes of outcomes that are final although the exporter would send again
   */
  public record Retry(
      boolean enabled,
      Duration initialInterval,
      double randomizationFactor,
      double multiplier,
      Duration maxInterval,
      Duration maxElapsedTime,
      Set<String> retryCodes,
      Set<String> rejectCodes) {
    public Retry {
      retryCodes = Set.copyOf(retryCodes);
      rejectCodes = Set.copyOf(rejectCodes);
    }

    /** Codes mean what the exporter says. */
    public Retry(
        boolean enabled,
        Duration initialInterval,
        double randomizationFactor,
        double multiplier,
        Duration maxInterval,
        Duration maxElapsedTime) {
      this(
          enabled,
          initialInterval,
          randomizationFactor,
          multiplier,
          maxInterval,
          maxElapsedTime,
          Set.of(),
          Set.of());
    }

    /** Codes that mean something else than the exporter says. */
    public Retry withCodes(Set<String> retried, Set<String> rejected) {
      return new Retry(
          enabled,
          initialInterval,
          randomizationFactor,
          multiplier,
          maxInterval,
          maxElapsedTime,
          retried,
          rejected);
    }

    public static Retry standard() {
      return new Retry(
          true, Duration.ofSeconds(5), 0.5, 1.5, Duration.ofSeconds(30), Duration.ZERO);
    }
  }

  /** The unit in which the Collector's {@code queue_size} counts. */
  public enum Sizer {
    REQUESTS,
    ITEMS,
    BYTES
  }

  /** What becomes of a batch that a full queue, or the agent's memory budget, does not take. */
  public enum Overflow {
    /**
     * A source that can read it again waits, and so do the other branches that follow. Others are
     * refused, or wait too with {@code blockOnOverflow}.
     */
    BLOCK,
    /** It goes into a log on disk, as does what follows until all in it has been delivered. */
    SPILL,
    /** It goes to the dead letters. */
    DEAD_LETTER,
    /** It is lost, counted and noted in the journal of drops. */
    DROP
  }

  /**
   * The queue before an exporter.
   *
   * @param enabled when false, parcels are exported on the caller's thread
   * @param numConsumers attempts under way at the same time
   * @param queueSize capacity in units of {@code sizer}; whatever it says, the queue also counts
   *     retained bytes against the agent's memory budget
   * @param sizer unit of {@code queueSize}
   * @param blockOnOverflow whether parcels that are not replayable wait when the queue is full;
   *     replayable ones always do
   * @param waitForResult accepted for compatibility: Deliveries always wait for the result
   * @param batch merges parcels before they are exported; null for none
   * @param overflow what becomes of a batch that the queue does not take
   */
  public record Queue(
      boolean enabled,
      int numConsumers,
      long queueSize,
      Sizer sizer,
      boolean blockOnOverflow,
      boolean waitForResult,
      @Nullable Merge batch,
      Overflow overflow) {

    /** A queue that blocks when it is full. */
    public Queue(
        boolean enabled,
        int numConsumers,
        long queueSize,
        Sizer sizer,
        boolean blockOnOverflow,
        boolean waitForResult,
        @Nullable Merge batch) {
      this(
          enabled,
          numConsumers,
          queueSize,
          sizer,
          blockOnOverflow,
          waitForResult,
          batch,
          Overflow.BLOCK);
    }

    /** What becomes of a batch that the queue does not take. */
    public Queue withOverflow(Overflow other) {
      return new Queue(
          enabled, numConsumers, queueSize, sizer, blockOnOverflow, waitForResult, batch, other);
    }

    /** The same, splitting but merging nothing. */
    public Queue unmerged() {
      return new Queue(
          enabled,
          numConsumers,
          queueSize,
          sizer,
          blockOnOverflow,
          waitForResult,
          batch == null ? null : batch.unmerged(),
          overflow);
    }

    public static Queue standard() {
      return new Queue(true, 10, 1000, Sizer.REQUESTS, false, false, null);
    }

    public static Queue disabled() {
      return new Queue(false, 1, 1, Sizer.REQUESTS, false, false, null);
    }
  }

  /**
   * Merging and splitting before the export.
   *
   * @param flushTimeout longest wait for more
   * @param minSize size at which a batch is sent, in units of {@code sizer}; 0 merges nothing
   * @param maxSize size above which a batch is split; 0 means never
   * @param sizer {@link Sizer#ITEMS} or {@link Sizer#BYTES}
   */
  public record Merge(Duration flushTimeout, long minSize, long maxSize, Sizer sizer) {

    public static Merge standard() {
      return new Merge(Duration.ofMillis(200), 8192, 0, Sizer.ITEMS);
    }

    /** The same, splitting but merging nothing. */
    Merge unmerged() {
      return new Merge(flushTimeout, 0, maxSize, sizer);
    }

    /** A merge by bytes. */
    public static Merge bytes(Duration flushTimeout, DataSize min, DataSize max) {
      return new Merge(flushTimeout, min.bytes(), max.bytes(), Sizer.BYTES);
    }
  }
}
