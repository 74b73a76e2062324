package io.millrace.benchmarks.micro;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.api.telemetry.AttributeKey;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.EditSession;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.api.telemetry.Value;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * From the bytes of a request to the bytes of another: one record in four is dropped, the others
 * get an attribute. Through the public API, and the same with the generated protobuf classes.
 */
@State(Scope.Thread)
public class EditBenchmark {
  private static final AttributeKey STATUS = AttributeKey.of("http.status_code");
  private static final AttributeKey KEY = AttributeKey.of("deployment.environment.name");
  private static final Value PRODUCTION = Value.of("production");
  private static final long DROPPED = 203;

  private byte[] request = new byte[0];

  /** Makes the request, and sees that both ways lead to the same. */
  @Setup
  public void prepare() throws MalformedTelemetryException, InvalidProtocolBufferException {
    request = Requests.logs();
    ExportLogsServiceRequest ours = ExportLogsServiceRequest.parseFrom(api());
    if (!ours.equals(ExportLogsServiceRequest.parseFrom(generated()))) {
      throw new IllegalStateException("the two ways differ");
    }
  }

  /** Through the public API. */
  @Benchmark
  @OperationsPerInvocation(Requests.RECORDS)
  public byte[] api() throws MalformedTelemetryException {
    Batch batch = Logs.read(request);
    return batch.edit(EditBenchmark::change).toBytes();
  }

  /** With the generated classes. */
  @Benchmark
  @OperationsPerInvocation(Requests.RECORDS)
  public byte[] generated() throws InvalidProtocolBufferException {
    ExportLogsServiceRequest.Builder builder =
        ExportLogsServiceRequest.parseFrom(request).toBuilder();
    for (ResourceLogs.Builder group : builder.getResourceLogsBuilderList()) {
      for (ScopeLogs.Builder scope : group.getScopeLogsBuilderList()) {
        List<LogRecord> kept = new ArrayList<>();
        for (LogRecord logRecord : scope.getLogRecordsList()) {
          if (status(logRecord) != DROPPED) {
            kept.add(upserted(logRecord));
          }
        }
        scope.clearLogRecords().addAllLogRecords(kept);
      }
    }
    return builder.build().toByteArray();
  }

  private static void change(EditSession session) {
    session.forEachItem(
        (group, scope, item) -> {
          Value status = item.attributes().get(STATUS);
          if (status != null && status.longValue() == DROPPED) {
            item.remove();
          } else {
            item.attributes().put(KEY, PRODUCTION);
          }
        });
  }

  private static long status(LogRecord logRecord) {
    for (KeyValue attribute : logRecord.getAttributesList()) {
      if (attribute.getKey().equals(STATUS.name())) {
        return attribute.getValue().getIntValue();
      }
    }
    return 0;
  }

  private static LogRecord upserted(LogRecord logRecord) {
    AnyValue value = AnyValue.newBuilder().setStringValue("production").build();
    LogRecord.Builder changed = logRecord.toBuilder();
    for (int i = 0; i < changed.getAttributesCount(); i++) {
      if (changed.getAttributes(i).getKey().equals(KEY.name())) {
        changed.setAttributes(i, changed.getAttributes(i).toBuilder().setValue(value));
        return changed.build();
      }
    }
    return changed.addAttributes(KeyValue.newBuilder().setKey(KEY.name()).setValue(value)).build();
  }
}
