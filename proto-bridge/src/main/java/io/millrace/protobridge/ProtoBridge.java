package io.millrace.protobridge;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.api.telemetry.Metrics;
import io.millrace.api.telemetry.Signal;
import io.millrace.api.telemetry.Traces;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

/**
 * Makes generated messages of batches and batches of generated messages. Fields that the generated
 * classes do not know survive in both directions.
 *
 * <p>A message does not have origins. Who changes items, but neither their number nor their order,
 * gives them back with {@code batch(changed).withOrigins(before.origins())}; who drops some, drops
 * them from the batch with {@link Batch#select} first. Without origins, what a source sends again
 * after a crash is not recognised.
 */
public final class ProtoBridge {

  private ProtoBridge() {}

  /**
   * The logs as a generated message.
   *
   * @throws MalformedTelemetryException when a string is no UTF-8, which the model bears and the
   *     generated classes do not
   */
  public static ExportLogsServiceRequest logs(Batch batch) throws MalformedTelemetryException {
    return parse(batch, Signal.LOGS, ExportLogsServiceRequest.parser());
  }

  /** The metrics as a generated message; see {@link #logs}. */
  public static ExportMetricsServiceRequest metrics(Batch batch)
      throws MalformedTelemetryException {
    return parse(batch, Signal.METRICS, ExportMetricsServiceRequest.parser());
  }

  /** The traces as a generated message; see {@link #logs}. */
  public static ExportTraceServiceRequest traces(Batch batch) throws MalformedTelemetryException {
    return parse(batch, Signal.TRACES, ExportTraceServiceRequest.parser());
  }

  /**
   * A batch of a generated message.
   *
   * @throws IllegalArgumentException when it nests more than 100 messages or has groups, which no
   *     receiver would take
   */
  public static Logs batch(ExportLogsServiceRequest request) {
    return (Logs) read(Signal.LOGS, request);
  }

  /** A batch of a generated message; see {@link #batch(ExportLogsServiceRequest)}. */
  public static Metrics batch(ExportMetricsServiceRequest request) {
    return (Metrics) read(Signal.METRICS, request);
  }

  /** A batch of a generated message; see {@link #batch(ExportLogsServiceRequest)}. */
  public static Traces batch(ExportTraceServiceRequest request) {
    return (Traces) read(Signal.TRACES, request);
  }

  private static <M extends Message> M parse(Batch batch, Signal signal, Parser<M> parser)
      throws MalformedTelemetryException {
    if (batch.signal() != signal) {
      throw new IllegalArgumentException(
          "batch of " + batch.signal().id() + " (expected: " + signal.id() + ")");
    }
    try {
      return parser.parseFrom(batch.toBytes());
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedTelemetryException("Not for generated classes: " + e.getMessage(), -1, e);
    }
  }

  private static Batch read(Signal signal, Message request) {
    try {
      return Batch.read(signal, request.toByteArray());
    } catch (MalformedTelemetryException e) {
      throw new IllegalArgumentException("request: " + e.getMessage(), e);
    }
  }
}
