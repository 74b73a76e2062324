package io.millrace.core.config;

import io.millrace.api.component.ComponentId;
import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.DeliverySettings.Merge;
import io.millrace.api.component.DeliverySettings.Overflow;
import io.millrace.api.component.DeliverySettings.Queue;
import io.millrace.api.component.DeliverySettings.Retry;
import io.millrace.api.component.DeliverySettings.Sizer;
import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.NotSupported;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Range;
import io.millrace.api.config.Validated;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys that the runtime reads for every exporter, as they stand in files. Immutable. */
record DeliveryKeys(
    @Doc("Limit of one attempt; 0 means none.") @Default("5s") @Range(min = "0s") Duration timeout,
    @Doc("Back-off between attempts.") RetryKeys retryOnFailure,
    @Doc("The queue before the exporter.") QueueKeys sendingQueue) {

  /** {@code retry_on_failure}. */
  record RetryKeys(
      @Doc("When false, a batch is given up after the first failed attempt.") @Default("true")
          boolean enabled,
      @Doc("Wait before the second attempt.") @Default("5s") @Range(min = "0s")
          Duration initialInterval,
      @Doc("Share of the wait that is random.") @Default("0.5") @Range(min = "0", max = "1")
          double randomizationFactor,
      @Doc("Growth of the wait.") @Default("1.5") @Range(min = "1") double multiplier,
      @Doc("Longest wait.") @Default("30s") @Range(min = "0s") Duration maxInterval,
      @Doc(
              "When to give up; 0 means never. What is given up goes to the dead letters, or is"
                  + " refused to a sender that still waits for the answer.")
          @Default("0s")
          @Range(min = "0s")
          Duration maxElapsedTime,
      @Doc(
              "Millrace's own: codes that are sent again although they would be final, such as 400"
                  + " or INVALID_ARGUMENT. HTTP statuses, names of gRPC statuses or of Kafka"
                  + " errors, as the exporter has them.")
          @Default("[]")
          List<Object> retryCodes,
      @Doc(
              "Millrace's own: codes that go to the dead letters at once although they would be"
                  + " sent again, such as 404 or UNAUTHENTICATED.")
          @Default("[]")
          List<Object> rejectCodes)
      implements Validated {

    @Override
    public void validate(Problems problems) {
      List<String> retried = texts(retryCodes);
      List<String> rejected = texts(rejectCodes);
      for (int i = 0; i < rejected.size(); i++) {
        if (retried.contains(rejected.get(i))) {
          problems.add(
              "reject_codes::" + i,
              rejected.get(i) + " stands in retry_codes too (expected: in one of them)");
        }
      }
      if (maxElapsedTime.isZero()) {
        return;
      }
      check(problems, "initial_interval", initialInterval);
      check(problems, "max_interval", maxInterval);
    }

    private void check(Problems problems, String key, Duration value) {
      if (value.compareTo(maxElapsedTime) > 0) {
        problems.add(
            key,
            "\""
                + GoDuration.format(value)
                + "\" (expected: at most max_elapsed_time, which is "
                + GoDuration.format(maxElapsedTime)
                + ")");
      }
    }
  }

  /** {@code sending_queue}. */
  record QueueKeys(
      @Doc("When false, parcels are exported on the caller's thread.") @Default("true")
          boolean enabled,
      @Doc("Attempts under way at the same time.") @Default("10") @Range(min = "1")
          int numConsumers,
      @Doc("Capacity in units of sizer.") @Default("1000") @Range(min = "1") long queueSize,
      @Doc("Unit of queue_size: requests, items or bytes.") @Default("requests") Sizer sizer,
      @Doc("Whether parcels that are not replayable wait when the queue is full.") @Default("false")
          boolean blockOnOverflow,
      @Doc("Accepted for compatibility: Deliveries always wait for the result.") @Default("false")
          boolean waitForResult,
      @Doc(
              "Keeps the queue on disk: a log in the agent's state directory before the queue, so"
                  + " that sources are answered once their telemetry is logged. The id of a storage"
                  + " extension, as the Collector wants it; its own directory is not used.")
          @Nullable ComponentId storage,
      @Doc("Merges parcels before they are exported.") @Nullable BatchKeys batch,
      @Doc(
              "Millrace's own: what becomes of a batch that the full queue does not take. block: a"
                  + " source that can read again waits, others are refused (or wait, with"
                  + " block_on_overflow); spill: to a log on disk; dead_letter: to the dead"
                  + " letters; drop: lost, counted and noted.")
          @Default("block")
          Overflow overflow)
      implements Validated {

    @Override
    public void validate(Problems problems) {
      if (overflow != Overflow.BLOCK && !enabled) {
        problems.add("overflow", said() + " (expected: block, as the queue is not enabled)");
      } else if (overflow != Overflow.BLOCK && storage != null) {
        problems.add("overflow", said() + " (expected: block, as storage keeps the queue on disk)");
      }
    }

    private String said() {
      return "\"" + overflow.name().toLowerCase(Locale.ROOT) + "\"";
    }
  }

  /** {@code sending_queue.batch}. */
  record BatchKeys(
      @Doc("Longest wait for more.") @Default("200ms") @Range(min = "1ns") Duration flushTimeout,
      @Doc("Size at which a batch is sent, in units of sizer.") @Default("8192") @Range(min = "0")
          long minSize,
      @Doc("Size above which a batch is split; 0 means never.") @Default("0") @Range(min = "0")
          long maxSize,
      @Doc("items or bytes; that of the queue where it is absent.") @Nullable Sizer sizer,
      @Doc("Batches by client metadata.")
          @NotSupported("batches are merged regardless of client metadata")
          @Nullable PartitionKeys partition)
      implements Validated {

    @Override
    public void validate(Problems problems) {
      if (maxSize > 0 && maxSize < minSize) {
        problems.add(
            "max_size", maxSize + " (expected: at least min_size, which is " + minSize + ")");
      }
      if (sizer == Sizer.REQUESTS) {
        problems.add("sizer", "\"requests\" (expected: items or bytes)");
      }
    }
  }

  /** {@code sending_queue.batch.partition}. */
  record PartitionKeys(
      @Doc("Keys of the client metadata.") @Default("[]") List<String> metadataKeys) {}

  /** The names of the keys, which stand among the exporter's own. */
  static List<String> names() {
    return RecordSchema.of(DeliveryKeys.class).names();
  }

  /** The settings in the form of files. */
  static DeliveryKeys of(DeliverySettings settings, @Nullable ComponentId storage) {
    Retry retry = settings.retry();
    Queue queue = settings.queue();
    Merge merge = queue.batch();
    return new DeliveryKeys(
        settings.timeout(),
        new RetryKeys(
            retry.enabled(),
            retry.initialInterval(),
            retry.randomizationFactor(),
            retry.multiplier(),
            retry.maxInterval(),
            retry.maxElapsedTime(),
            plain(retry.retryCodes()),
            plain(retry.rejectCodes())),
        new QueueKeys(
            queue.enabled(),
            queue.numConsumers(),
            queue.queueSize(),
            queue.sizer(),
            queue.blockOnOverflow(),
            queue.waitForResult(),
            storage,
            merge == null
                ? null
                : new BatchKeys(
                    merge.flushTimeout(), merge.minSize(), merge.maxSize(), merge.sizer(), null),
            queue.overflow()));
  }

  /**
   * The defaults for a file that has a {@code sending_queue}: naming the section turns a queue on
   * that is off by default.
   */
  static DeliveryKeys defaults(DeliverySettings settings, boolean hasQueueSection) {
    boolean turnedOn = hasQueueSection && !settings.queue().enabled();
    return of(turnedOn ? settings.withQueue(Queue.standard()) : settings, null);
  }

  /** Codes as text: 404 is a number to YAML. */
  static List<String> texts(List<Object> codes) {
    return codes.stream().map(String::valueOf).toList();
  }

  private static List<Object> plain(Set<String> codes) {
    return codes.stream().sorted().<Object>map(c -> isNumber(c) ? Long.valueOf(c) : c).toList();
  }

  private static boolean isNumber(String code) {
    return code.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  DeliverySettings settings() {
    RetryKeys r = retryOnFailure;
    QueueKeys q = sendingQueue;
    BatchKeys b = q.batch();
    Sizer inherited = q.sizer() == Sizer.REQUESTS ? Sizer.ITEMS : q.sizer();
    Merge merge =
        b == null
            ? null
            : new Merge(
                b.flushTimeout(),
                b.minSize(),
                b.maxSize(),
                b.sizer() == null ? inherited : b.sizer());
    return new DeliverySettings(
        timeout,
        new Retry(
            r.enabled(),
            r.initialInterval(),
            r.randomizationFactor(),
            r.multiplier(),
            r.maxInterval(),
            r.maxElapsedTime(),
            Set.copyOf(texts(r.retryCodes())),
            Set.copyOf(texts(r.rejectCodes()))),
        new Queue(
            q.enabled(),
            q.numConsumers(),
            q.queueSize(),
            q.sizer(),
            q.blockOnOverflow(),
            q.waitForResult(),
            merge,
            q.overflow()));
  }
}
