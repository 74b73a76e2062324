package io.millrace.benchmarks.micro;

import io.millrace.benchmarks.load.records.LogRecords;

/** The request that all measure with: 1,000 log records of 292 bytes. */
final class Requests {
  /** How many records a request has. */
  static final int RECORDS = 1_000;

  private Requests() {}

  static byte[] logs() {
    return LogRecords.of(RECORDS).request();
  }
}
