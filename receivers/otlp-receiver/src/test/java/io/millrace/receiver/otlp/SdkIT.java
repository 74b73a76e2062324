package io.millrace.receiver.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.telemetry.Item;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.Signal;
import io.millrace.api.telemetry.Span;
import io.millrace.api.telemetry.Value;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.logs.OtlpGrpcLogRecordExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The receiver against an independent client: the exporters of OpenTelemetry's Java SDK. */
@Timeout(180)
class SdkIT {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip"})
  void takesWhatTheSdkSendsOverGrpc(String compression) throws Exception {
    try (ReceiverFixture receiver = ReceiverFixture.start(directory)) {
      String endpoint = "http://localhost:" + receiver.grpcPort();
      check(
          receiver,
          OtlpGrpcLogRecordExporter.builder()
              .setEndpoint(endpoint)
              .setCompression(compression)
              .build(),
          OtlpGrpcMetricExporter.builder()
              .setEndpoint(endpoint)
              .setCompression(compression)
              .build(),
          OtlpGrpcSpanExporter.builder().setEndpoint(endpoint).setCompression(compression).build());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip"})
  void takesWhatTheSdkSendsOverHttp(String compression) throws Exception {
    try (ReceiverFixture receiver = ReceiverFixture.start(directory)) {
      String endpoint = "http://localhost:" + receiver.httpPort();
      check(
          receiver,
          OtlpHttpLogRecordExporter.builder()
              .setEndpoint(endpoint + "/v1/logs")
              .setCompression(compression)
              .build(),
          OtlpHttpMetricExporter.builder()
              .setEndpoint(endpoint + "/v1/metrics")
              .setCompression(compression)
              .build(),
          OtlpHttpSpanExporter.builder()
              .setEndpoint(endpoint + "/v1/traces")
              .setCompression(compression)
              .build());
    }
  }

  @Test
  void isTriedAgainByTheSdkWhenItRefuses() throws Exception {
    try (ReceiverFixture receiver = ReceiverFixture.start(directory)) {
      receiver.logs().refuseNext(2);
      try (LogRecordExporter grpc =
              OtlpGrpcLogRecordExporter.builder()
                  .setEndpoint("http://localhost:" + receiver.grpcPort())
                  .build();
          SdkLoggerProvider logs = provider(grpc)) {
        logs.get("test").logRecordBuilder().setBody("again").emit();
        logs.forceFlush().join(20, TimeUnit.SECONDS);
      }

      assertThat(receiver.logs().deliveredBodies()).containsExactly("again");
      assertThat(receiver.refused("grpc", "refused")).isEqualTo(2);
    }
  }

  private static void check(
      ReceiverFixture receiver,
      LogRecordExporter logExporter,
      MetricExporter metricExporter,
      SpanExporter spanExporter) {
    try (SdkLoggerProvider logs = provider(logExporter);
        SdkMeterProvider metrics =
            SdkMeterProvider.builder()
                .registerMetricReader(PeriodicMetricReader.create(metricExporter))
                .build();
        SdkTracerProvider traces =
            SdkTracerProvider.builder()
                .addSpanProcessor(SimpleSpanProcessor.create(spanExporter))
                .build()) {
      logs.get("sdk")
          .logRecordBuilder()
          .setSeverity(Severity.WARN)
          .setBody("from the SDK")
          .setAttribute(AttributeKey.longKey("n"), 7L)
          .emit();
      metrics.get("sdk").counterBuilder("sdk.count").build().add(5);
      traces.get("sdk").spanBuilder("sdk span").startSpan().end();
      assertThat(logs.forceFlush().join(20, TimeUnit.SECONDS).isSuccess()).isTrue();
      assertThat(metrics.forceFlush().join(20, TimeUnit.SECONDS).isSuccess()).isTrue();
      assertThat(traces.forceFlush().join(20, TimeUnit.SECONDS).isSuccess()).isTrue();
    }

    LogRecord log = (LogRecord) items(receiver, Signal.LOGS).getFirst();
    assertThat(log.body().asText()).isEqualTo("from the SDK");
    assertThat(log.severityNumber()).isEqualTo(13);
    assertThat(log.attributes().get("n")).isEqualTo(Value.of(7));
    assertThat(receiver.consumer(Signal.METRICS).itemCount()).isPositive();
    Span span = (Span) items(receiver, Signal.TRACES).getFirst();
    assertThat(span.name()).isEqualTo("sdk span");
    assertThat(span.traceId()).hasSize(32);
  }

  private static SdkLoggerProvider provider(LogRecordExporter exporter) {
    return SdkLoggerProvider.builder()
        .addLogRecordProcessor(SimpleLogRecordProcessor.create(exporter))
        .build();
  }

  private static List<Item> items(ReceiverFixture receiver, Signal signal) {
    List<Item> items = new ArrayList<>();
    receiver
        .consumer(signal)
        .batches()
        .forEach(batch -> batch.forEachItem((group, scope, item) -> items.add(item)));
    return items;
  }
}
