package io.millrace.exporter.elasticsearch;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.DeliverySettings.Merge;
import io.millrace.api.component.DeliverySettings.Queue;
import io.millrace.api.component.DeliverySettings.Retry;
import io.millrace.api.component.DeliverySettings.Sizer;
import io.millrace.api.component.Exporter;
import io.millrace.api.component.ExporterFactory;
import io.millrace.api.component.Stability;
import io.millrace.api.config.DataSize;
import io.millrace.api.telemetry.Signal;
import io.millrace.toolkit.http.HttpReply;
import java.time.Duration;
import java.util.Set;

/** Makes {@code elasticsearch} exporters. */
public final class ElasticsearchExporterFactory
    implements ExporterFactory<ElasticsearchExporterConfig> {

  @Override
  public String type() {
    return "elasticsearch";
  }

  @Override
  public Stability stability() {
    return Stability.BETA;
  }

  @Override
  public Class<ElasticsearchExporterConfig> configType() {
    return ElasticsearchExporterConfig.class;
  }

  @Override
  public Set<Signal> signals() {
    return Signal.readable();
  }

  @Override
  public Exporter create(ComponentContext context, ElasticsearchExporterConfig config) {
    return new ElasticsearchExporter(context, config);
  }

  /**
   * The Collector's, but a batch waits 1s for more instead of 10s: here the source waits for its
   * acknowledgement meanwhile, and keeps what is not delivered.
   */
  @Override
  public DeliverySettings deliveryDefaults() {
    Merge merge =
        Merge.bytes(
            Duration.ofSeconds(1), DataSize.ofBytes(1_000_000), DataSize.ofBytes(5_000_000));
    return DeliverySettings.standard()
        .withTimeout(Duration.ofSeconds(90))
        .withRetry(
            new Retry(true, Duration.ofMillis(100), 0.5, 2, Duration.ofMinutes(1), Duration.ZERO))
        .withQueue(new Queue(true, 10, 10, Sizer.REQUESTS, true, false, merge));
  }

  @Override
  public Set<String> codes() {
    return HttpReply.errorStatuses();
  }

  /** The Collector's {@code retry} block, where it says anything, stands for the back-off. */
  @Override
  public DeliverySettings delivery(ElasticsearchExporterConfig config, DeliverySettings settings) {
    RetryConfig retry = config.retry();
    if (retry.equals(RetryConfig.standard())) {
      return settings;
    }
    Retry bound = settings.retry();
    return settings.withRetry(
        new Retry(
            retry.enabled(),
            retry.initialInterval(),
            bound.randomizationFactor(),
            bound.multiplier(),
            retry.maxInterval(),
            bound.maxElapsedTime(),
            bound.retryCodes(),
            bound.rejectCodes()));
  }
}
