package io.millrace.benchmarks.micro;

import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.api.telemetry.Signal;
import io.millrace.toolkit.otlpjson.OtlpJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** OTLP as JSON, to and fro. */
@State(Scope.Thread)
public class JsonBenchmark {
  private static final int JSON_BYTES = 1 << 20;

  private Batch batch = Batch.empty(Signal.LOGS);
  private byte[] json = new byte[0];

  /** Makes the request in both forms, and sees that they say the same. */
  @Setup
  public void prepare() throws IOException, MalformedTelemetryException {
    batch = Logs.read(Requests.logs());
    json = write().toByteArray();
    if (!Arrays.equals(read().toBytes(), batch.toBytes())) {
      throw new IllegalStateException("JSON does not say what it was made of");
    }
  }

  /** From JSON to a batch. */
  @Benchmark
  @OperationsPerInvocation(Requests.RECORDS)
  public Batch read() throws MalformedTelemetryException {
    return OtlpJson.read(Signal.LOGS, json);
  }

  /** From a batch to JSON. */
  @Benchmark
  @OperationsPerInvocation(Requests.RECORDS)
  public ByteArrayOutputStream write() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(JSON_BYTES);
    OtlpJson.write(batch, out);
    return out;
  }
}
