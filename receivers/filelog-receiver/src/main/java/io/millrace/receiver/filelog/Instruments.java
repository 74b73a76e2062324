package io.millrace.receiver.filelog;

import io.millrace.api.component.Meter;
import io.millrace.api.component.Meter.Counter;

/** The receiver's counters. Thread-safe. */
final class Instruments {
  final Counter readBytes;
  final Counter readRecords;
  final Counter truncations;
  final Counter unreadable;
  final Counter storageFailures;
  final Counter operatorFailures;
  final Counter droppedRecords;
  final Counter resentBatches;

  Instruments(Meter meter) {
    readBytes = meter.counter("receiver_file_read_bytes", "Bytes of files made into records");
    readRecords = meter.counter("receiver_file_read_records", "Records read from files");
    truncations =
        meter.counter(
            "receiver_file_truncations", "Files that were truncated or replaced in their place");
    unreadable =
        meter.counter(
            "receiver_file_unreadable_files", "Attempts to open, list or read that failed");
    storageFailures =
        meter.counter("receiver_file_storage_failures", "Attempts to store positions that failed");
    operatorFailures =
        meter.counter("receiver_file_operator_failures", "Records that an operator failed on");
    droppedRecords =
        meter.counter(
            "receiver_file_dropped_records", "Records that an operator dropped, as configured");
    resentBatches =
        meter.counter("receiver_file_resent_batches", "Batches sent again after a refusal");
  }
}
