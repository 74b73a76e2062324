package io.millrace.core.log;

import io.millrace.core.component.LogLimiter;
import io.millrace.core.telemetry.Instruments;
import io.millrace.core.telemetry.Instruments.Tally;
import java.io.IOException;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a log tells the world: its lines and its metrics. Thread-safe. */
final class LogEvents {
  private static final Logger LOGGER = LoggerFactory.getLogger(SegmentLog.class);
  private static final String PREFIX = "otelcol_segment_log_";

  private final String log;
  private final Instruments instruments;
  private final LogLimiter limiter = new LogLimiter();
  private volatile boolean refusing;
  final Tally appendedItems;
  final Tally appendedBatches;
  final Tally commits;
  private final Tally refusedFull;
  private final Tally refusedDisk;
  private final Tally failures;
  private final Tally damagedBytes;
  private final Tally missingRecords;
  private final Tally lostPositions;

  LogEvents(String log, Instruments instruments) {
    this.log = log;
    this.instruments = instruments;
    this.appendedItems = counter("appended_items", "Items that were logged durably", Map.of());
    this.appendedBatches =
        counter("appended_batches", "Batches that were logged durably", Map.of());
    this.commits =
        counter("commits", "How often the disk was waited for; one serves many batches", Map.of());
    this.refusedFull = refused("full");
    this.refusedDisk = refused("disk");
    this.failures = counter("write_failures", "Writes that the disk did not take", Map.of());
    this.damagedBytes =
        counter("damaged_bytes", "Bytes that were found damaged and put aside", Map.of());
    this.missingRecords =
        counter("missing_batches", "Batches that are lost to damage or deleted files", Map.of());
    this.lostPositions =
        counter(
            "lost_positions",
            "Readers without a position that began with the oldest of the batches there",
            Map.of());
  }

  void gauge(String name, String description, Map<String, String> labels, DoubleSupplier value) {
    Map<String, String> all = new java.util.LinkedHashMap<>(labels);
    all.put("log", log);
    var _ = instruments.gauge(PREFIX + name, description, all, value);
  }

  /** An append was not taken. */
  void refused(IOException why, int items) {
    boolean full = why instanceof LogFullException;
    String message = why.getMessage();
    String reason = message == null ? why.toString() : message;
    (full ? refusedFull : refusedDisk).add(items);
    refusing = true;
    long suppressed = limiter.permit(full ? "full" : reason);
    if (suppressed >= 0) {
      LOGGER
          .atError()
          .addKeyValue("log", log)
          .addKeyValue("suppressed", suppressed)
          .log("Log takes no more, senders have to wait: {}", reason);
    }
  }

  /** Something was appended. */
  void appended(int batches, long items) {
    appendedBatches.add(batches);
    appendedItems.add(items);
    commits.add(1);
    if (refusing) {
      refusing = false;
      limiter.reset();
      LOGGER.atInfo().addKeyValue("log", log).log("Log takes telemetry again");
    }
  }

  /** Who appended threw when it was told. */
  void senderFailed(RuntimeException cause) {
    LOGGER.atWarn().addKeyValue("log", log).setCause(cause).log("A sender failed");
  }

  void writeFailed(String segment, Exception cause) {
    failures.add(1);
    if (limiter.permit("write " + cause) >= 0) {
      LOGGER
          .atError()
          .addKeyValue("log", log)
          .addKeyValue("segment", segment)
          .log("Log could not be written; a new segment is begun: {}", cause.toString());
    }
  }

  void positionFailed(Exception cause) {
    failures.add(1);
    if (limiter.permit("position " + cause) >= 0) {
      LOGGER
          .atWarn()
          .addKeyValue("log", log)
          .log("Positions could not be written; a restart repeats more: {}", cause.toString());
    }
  }

  void tailCut(String segment, long bytes) {
    LOGGER
        .atInfo()
        .addKeyValue("log", log)
        .addKeyValue("segment", segment)
        .addKeyValue("bytes", bytes)
        .log("Log ended in a record that a crash cut short; it was never acknowledged");
  }

  void damaged(String segment, RecordScanner.Damage damage, String putAside) {
    damagedBytes.add(damage.to() - damage.from());
    missingRecords.add(damage.records());
    LOGGER
        .atError()
        .addKeyValue("log", log)
        .addKeyValue("segment", segment)
        .addKeyValue("from", damage.from())
        .addKeyValue("to", damage.to())
        .addKeyValue("batches", damage.records())
        .addKeyValue("putAside", putAside)
        .log("Log is damaged; what can be read behind the damage goes on");
  }

  void missing(String where, long records) {
    missingRecords.add(records);
    LOGGER
        .atError()
        .addKeyValue("log", log)
        .addKeyValue("batches", records)
        .log("Log lacks batches that were logged: {}", where);
  }

  void positionGone(String reader, long oldest) {
    lostPositions.add(1);
    LOGGER
        .atWarn()
        .addKeyValue("log", log)
        .addKeyValue("reader", reader)
        .addKeyValue("oldest", oldest)
        .log(
            "A reader has no position, it is new or the file is gone: begins with the oldest batch");
  }

  void repaired(String what) {
    LOGGER.atWarn().addKeyValue("log", log).log("Log was repaired: {}", what);
  }

  private Tally refused(String reason) {
    return counter("refused_items", "Items that were not logged", Map.of("reason", reason));
  }

  private Tally counter(String name, String description, Map<String, String> labels) {
    Map<String, String> all = new java.util.LinkedHashMap<>(labels);
    all.put("log", log);
    return instruments.counter(PREFIX + name, description, all);
  }
}
