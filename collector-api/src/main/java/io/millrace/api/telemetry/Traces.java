package io.millrace.api.telemetry;

import java.util.List;

/** A batch of spans: an {@code ExportTraceServiceRequest}. Immutable and thread-safe. */
public final class Traces extends Batch {

  Traces(List<Chunk> chunks, Origins origins) {
    super(Signal.TRACES, chunks, origins);
  }

  /** {@link Batch#read(Signal, byte[])} for traces. */
  public static Traces read(byte[] bytes) throws MalformedTelemetryException {
    return (Traces) Batch.read(Signal.TRACES, bytes);
  }
}
