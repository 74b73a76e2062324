package io.millrace.api.telemetry;

import java.util.List;

/** A batch of data points: an {@code ExportMetricsServiceRequest}. Immutable and thread-safe. */
public final class Metrics extends Batch {

  Metrics(List<Chunk> chunks, Origins origins) {
    super(Signal.METRICS, chunks, origins);
  }

  /** {@link Batch#read(Signal, byte[])} for metrics. */
  public static Metrics read(byte[] bytes) throws MalformedTelemetryException {
    return (Metrics) Batch.read(Signal.METRICS, bytes);
  }
}
