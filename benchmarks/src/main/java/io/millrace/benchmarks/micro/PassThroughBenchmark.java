package io.millrace.benchmarks.micro;

import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.MalformedTelemetryException;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What happens to telemetry that nobody changes. */
@State(Scope.Thread)
public class PassThroughBenchmark {
  private static final int PARTS_OF = 100;

  private byte[] request = new byte[0];
  private Batch batch = Batch.empty(io.millrace.api.telemetry.Signal.LOGS);

  /** Makes the request, and sees that nothing gets lost. */
  @Setup
  public void prepare() throws MalformedTelemetryException {
    request = Requests.logs();
    batch = Logs.read(request);
    if (Logs.read(splitAndMerge()).itemCount() != Requests.RECORDS
        || !Arrays.equals(batch.toBytes(), request)) {
      throw new IllegalStateException("a request is not what it was");
    }
  }

  /** The check at the door: the structure down to the leaves. */
  @Benchmark
  @OperationsPerInvocation(Requests.RECORDS)
  public Batch door() throws MalformedTelemetryException {
    return Logs.read(request);
  }

  /** Ten parts of a batch become one batch again, and that the bytes of a request. */
  @Benchmark
  @OperationsPerInvocation(Requests.RECORDS)
  public byte[] splitAndMerge() {
    List<Batch> parts = batch.splitByItems(PARTS_OF);
    return Batch.concat(parts).toBytes();
  }
}
