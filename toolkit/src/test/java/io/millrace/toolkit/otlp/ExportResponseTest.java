package io.millrace.toolkit.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.JsonFormat;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ExportResponseTest {
  private static final ExportLogsServiceResponse LOGS =
      ExportLogsServiceResponse.newBuilder()
          .setPartialSuccess(
              ExportLogsPartialSuccess.newBuilder()
                  .setRejectedLogRecords(300)
                  .setErrorMessage("too old"))
          .build();

  @Test
  void readsWhatServersWrite() throws IOException {
    assertThat(ExportResponse.fromProtobuf(LOGS.toByteArray()))
        .isEqualTo(new ExportResponse(300, "too old"));
    assertThat(ExportResponse.fromProtobuf(new byte[0])).isEqualTo(ExportResponse.ALL);
  }

  @Test
  void writesWhatClientsRead() throws IOException {
    assertThat(ExportLogsServiceResponse.parseFrom(new ExportResponse(300, "too old").toProtobuf()))
        .isEqualTo(LOGS);
    assertThat(ExportResponse.ALL.toProtobuf()).isEmpty();
  }

  @Test
  void readsTheJsonOfEverySignal() throws IOException {
    assertThat(ExportResponse.fromJson(OtlpService.LOGS, json(JsonFormat.printer().print(LOGS))))
        .isEqualTo(new ExportResponse(300, "too old"));
    assertThat(
            ExportResponse.fromJson(
                OtlpService.METRICS,
                json(
                    JsonFormat.printer()
                        .print(
                            ExportMetricsServiceResponse.newBuilder()
                                .setPartialSuccess(
                                    ExportMetricsPartialSuccess.newBuilder()
                                        .setRejectedDataPoints(2))))))
        .isEqualTo(new ExportResponse(2, ""));
    assertThat(
            ExportResponse.fromJson(
                OtlpService.TRACES,
                json(
                    JsonFormat.printer()
                        .print(
                            ExportTraceServiceResponse.newBuilder()
                                .setPartialSuccess(
                                    ExportTracePartialSuccess.newBuilder().setRejectedSpans(1))))))
        .isEqualTo(new ExportResponse(1, ""));
  }

  @Test
  void readsLenientJson() throws IOException {
    assertThat(ExportResponse.fromJson(OtlpService.LOGS, json("{}"))).isEqualTo(ExportResponse.ALL);
    assertThat(
            ExportResponse.fromJson(
                OtlpService.LOGS,
                json(
                    "{\"x\":{\"partialSuccess\":{\"rejectedLogRecords\":9}},"
                        + "\"partialSuccess\":{\"y\":[1],\"rejectedLogRecords\":7},\"z\":1}")))
        .isEqualTo(new ExportResponse(7, ""));
  }

  @Test
  void refusesDamagedJson() {
    for (String text :
        new String[] {
          "",
          "[]",
          "{",
          "{\"partialSuccess\":{\"rejectedLogRecords\":\"x\"}}",
          "{\"partialSuccess\":{"
        }) {
      assertThatThrownBy(() -> ExportResponse.fromJson(OtlpService.LOGS, json(text)))
          .as(text)
          .isInstanceOf(IOException.class);
    }
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
