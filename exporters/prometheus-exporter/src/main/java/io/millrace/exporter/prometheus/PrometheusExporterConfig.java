package io.millrace.exporter.prometheus;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Endpoint;
import io.millrace.api.config.NotSupported;
import io.millrace.api.config.Range;
import io.millrace.api.config.Required;
import java.time.Duration;
import java.util.Map;

/** Configuration of the {@code prometheus} exporter; keys and defaults are the Collector's. */
public record PrometheusExporterConfig(
    @Doc("Where to listen; the metrics are at /metrics.") @Required Endpoint endpoint,
    @Doc("Put before every metric's name, with an underscore.") @Default("") String namespace,
    @Doc("Labels of every series.") @Default("{}") Map<String, String> constLabels,
    @Doc("Whether samples carry the time of their data point.") @Default("false")
        boolean sendTimestamps,
    @Doc("Series without a new value for so long are no longer offered.")
        @Default("5m")
        @Range(min = "1s")
        Duration metricExpiration,
    @Doc("Whether resource attributes become labels.") @Default("{}")
        ResourceConversion resourceToTelemetryConversion,
    @Doc("Whether names get their unit and _total behind them, as Prometheus wants it.")
        @Default("true")
        boolean addMetricSuffixes,
    @Doc("Most series held; further ones are not taken up and counted.")
        @Default("100000")
        @Range(min = "1")
        int maxSeries,
    @Doc("The OpenMetrics format.") @Default("false") @NotSupported("the text format is offered")
        boolean enableOpenMetrics,
    @Doc("The Collector's newer choice of names.")
        @Default("")
        @NotSupported("use add_metric_suffixes")
        String translationStrategy,
    @Doc("TLS of the server.") @Default("{}") @NotSupported("listen on loopback instead")
        Map<String, Object> tls) {

  /** Whether resource attributes become labels. */
  public record ResourceConversion(
      @Doc("Whether they do; else they are labels of target_info.") @Default("false")
          boolean enabled) {}

  public PrometheusExporterConfig {
    constLabels = Map.copyOf(constLabels);
  }
}
