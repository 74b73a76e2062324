package io.millrace.protobridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.api.telemetry.MetricType;
import io.millrace.api.telemetry.Origins;
import io.millrace.api.telemetry.Signal;
import io.millrace.api.telemetry.Value;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import org.junit.jupiter.api.Test;

class ProtoBridgeTest {

  @Test
  void givesBackWhatItWasGiven() throws Exception {
    Batch logs = logs(3).withOrigins(Origins.sequence("s", 0, 3));
    assertThat(ProtoBridge.batch(ProtoBridge.logs(logs)).toBytes()).isEqualTo(logs.toBytes());
    Batch metrics =
        Batch.empty(Signal.METRICS)
            .edit(
                session ->
                    session
                        .addGroup()
                        .addScope("s", "")
                        .addMetric("m", MetricType.SUM)
                        .addPoint()
                        .longValue(4));
    assertThat(ProtoBridge.metrics(metrics).getResourceMetrics(0).getScopeMetrics(0).getMetrics(0))
        .satisfies(metric -> assertThat(metric.getSum().getDataPoints(0).getAsInt()).isEqualTo(4));
    assertThat(ProtoBridge.batch(ProtoBridge.metrics(metrics)).itemCount()).isEqualTo(1);
    Batch traces =
        Batch.empty(Signal.TRACES)
            .edit(session -> session.addGroup().addScope("s", "").addSpan().name("n"));
    assertThat(ProtoBridge.traces(traces).getResourceSpans(0).getScopeSpans(0).getSpans(0))
        .satisfies(span -> assertThat(span.getName()).isEqualTo("n"));
    assertThat(ProtoBridge.batch(ProtoBridge.traces(traces)).itemCount()).isEqualTo(1);
  }

  @Test
  void letsAPluginChangeWhatItKnowsAndKeepsWhatNobodyKnows() throws Exception {
    ExportLogsServiceRequest.Builder request = ProtoBridge.logs(logs(2)).toBuilder();
    request
        .getResourceLogsBuilder(0)
        .getScopeLogsBuilder(0)
        .getLogRecordsBuilder(1)
        .setSeverityText("changed")
        .setUnknownFields(
            UnknownFieldSet.newBuilder()
                .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
                .build());
    Batch batch = ProtoBridge.batch(request.build());
    batch = batch.map(item -> item.attributes().put("seen", Value.of(true)));
    assertThat(ProtoBridge.logs(batch).getResourceLogs(0).getScopeLogs(0).getLogRecords(1))
        .satisfies(
            record -> {
              assertThat(record.getSeverityText()).isEqualTo("changed");
              assertThat(record.getAttributes(0).getKey()).isEqualTo("seen");
              assertThat(record.getUnknownFields().hasField(99)).isTrue();
            });
  }

  @Test
  void refusesStringsThatAreNoUtf8() throws Exception {
    byte[] bytes = {0x0a, 3, 0x1a, 1, (byte) 0xff};
    Batch batch = Batch.read(Signal.LOGS, bytes);
    assertThatThrownBy(() -> ProtoBridge.logs(batch))
        .isInstanceOf(MalformedTelemetryException.class)
        .hasMessageContaining("UTF-8");
  }

  @Test
  void refusesAnotherSignalAndTooMuchNesting() {
    assertThatThrownBy(() -> ProtoBridge.traces(logs(1)))
        .hasMessage("batch of logs (expected: traces)");
    AnyValue value = AnyValue.newBuilder().setBytesValue(ByteString.EMPTY).build();
    for (int i = 0; i < 60; i++) {
      value = AnyValue.newBuilder().setArrayValue(ArrayValue.newBuilder().addValues(value)).build();
    }
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    request.addResourceLogsBuilder().addScopeLogsBuilder().addLogRecordsBuilder().setBody(value);
    assertThatThrownBy(() -> ProtoBridge.batch(request.build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("request: More than 100 messages nested");
  }

  private static Batch logs(int count) {
    return Batch.empty(Signal.LOGS)
        .edit(
            session -> {
              var scope = session.addGroup().addScope("s", "1");
              for (int i = 0; i < count; i++) {
                scope.addLogRecord().body(Value.of("record " + i));
              }
            });
  }
}
