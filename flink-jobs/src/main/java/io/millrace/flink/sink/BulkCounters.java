package io.millrace.flink.sink;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/** What became of documents. Thread-safe. */
final class BulkCounters {

  /** Indexed. */
  final AtomicLong written = new AtomicLong();

  /** Refused because the same or a newer version is there: as good as indexed. */
  final AtomicLong superseded = new AtomicLong();

  /** To be tried again. */
  final AtomicLong retried = new AtomicLong();

  /** Sent to the index of rejected documents. */
  final AtomicLong rejected = new AtomicLong();

  /** Rejected there as well; the log tells which. */
  final AtomicLong lost = new AtomicLong();

  BulkCounters(MetricGroup metrics) {
    metrics.gauge("documentsWritten", (Gauge<Long>) written::get);
    metrics.gauge("documentsSuperseded", (Gauge<Long>) superseded::get);
    metrics.gauge("documentsRetried", (Gauge<Long>) retried::get);
    metrics.gauge("documentsRejected", (Gauge<Long>) rejected::get);
    metrics.gauge("documentsLost", (Gauge<Long>) lost::get);
  }
}
