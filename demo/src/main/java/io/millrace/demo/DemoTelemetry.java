package io.millrace.demo;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The demo's own telemetry: every question that the demo asks a server is a span, a log record and
 * a measurement, sent to the agent by the OpenTelemetry SDK. Thread-safe.
 */
final class DemoTelemetry implements AutoCloseable {
  private static final AttributeKey<String> SERVER = AttributeKey.stringKey("server.name");

  private final AtomicBoolean closed = new AtomicBoolean();
  private final OpenTelemetrySdk sdk;
  private final Tracer tracer;
  private final Logger logger;
  private final LongCounter questions;
  private final DoubleHistogram durations;

  /**
   * Sends to an agent.
   *
   * @param endpoint base URL of OTLP over HTTP
   */
  DemoTelemetry(String endpoint) {
    Resource resource =
        Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "demo"));
    Duration often = Duration.ofMillis(500);
    sdk =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .setResource(resource)
                    .addSpanProcessor(
                        BatchSpanProcessor.builder(
                                OtlpHttpSpanExporter.builder()
                                    .setEndpoint(endpoint + "/v1/traces")
                                    .build())
                            .setScheduleDelay(often)
                            .build())
                    .build())
            .setLoggerProvider(
                SdkLoggerProvider.builder()
                    .setResource(resource)
                    .addLogRecordProcessor(
                        BatchLogRecordProcessor.builder(
                                OtlpHttpLogRecordExporter.builder()
                                    .setEndpoint(endpoint + "/v1/logs")
                                    .build())
                            .setScheduleDelay(often)
                            .build())
                    .build())
            .setMeterProvider(
                SdkMeterProvider.builder()
                    .setResource(resource)
                    .registerMetricReader(
                        PeriodicMetricReader.builder(
                                OtlpHttpMetricExporter.builder()
                                    .setEndpoint(endpoint + "/v1/metrics")
                                    .build())
                            .setInterval(Duration.ofSeconds(1))
                            .build())
                    .build())
            .build();
    tracer = sdk.getTracer("millrace-demo");
    logger = sdk.getLogsBridge().get("millrace-demo");
    questions = sdk.getMeter("millrace-demo").counterBuilder("demo.questions").build();
    durations =
        sdk.getMeter("millrace-demo")
            .histogramBuilder("demo.question.duration")
            .setUnit("s")
            .build();
  }

  /** Something that the demo asks a server. */
  @FunctionalInterface
  interface Question<T> {
    T ask() throws IOException, InterruptedException;
  }

  /** Asks, and reports how it went. */
  <T> T ask(String server, Question<T> question) throws IOException, InterruptedException {
    Attributes attributes = Attributes.of(SERVER, server);
    Span span =
        tracer
            .spanBuilder("ask " + server)
            .setSpanKind(SpanKind.CLIENT)
            .setAllAttributes(attributes)
            .startSpan();
    long begin = System.nanoTime();
    try {
      T answer = question.ask();
      log(Severity.INFO, server + " answered", attributes);
      return answer;
    } catch (IOException e) {
      span.setStatus(StatusCode.ERROR, String.valueOf(e.getMessage()));
      log(Severity.ERROR, server + " did not answer: " + e.getMessage(), attributes);
      throw e;
    } finally {
      span.end();
      questions.add(1, attributes);
      durations.record((System.nanoTime() - begin) / 1e9, attributes);
    }
  }

  private void log(Severity severity, String body, Attributes attributes) {
    logger
        .logRecordBuilder()
        .setTimestamp(java.time.Instant.now())
        .setSeverity(severity)
        .setBody(body)
        .setAllAttributes(attributes)
        .emit();
  }

  /** Sends what is left and ends. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      sdk.close();
    }
  }
}
