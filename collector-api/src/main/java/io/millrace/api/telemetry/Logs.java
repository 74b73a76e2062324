package io.millrace.api.telemetry;

import java.util.List;

/** A batch of log records: an {@code ExportLogsServiceRequest}. Immutable and thread-safe. */
public final class Logs extends Batch {

  Logs(List<Chunk> chunks, Origins origins) {
    super(Signal.LOGS, chunks, origins);
  }

  /** {@link Batch#read(Signal, byte[])} for logs. */
  public static Logs read(byte[] bytes) throws MalformedTelemetryException {
    return (Logs) Batch.read(Signal.LOGS, bytes);
  }

  /** Makes a batch record by record. */
  public static LogsBuilder builder() {
    return new LogsBuilder();
  }
}
