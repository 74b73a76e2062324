package io.millrace.core.config;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Endpoint;
import io.millrace.api.config.NotSupported;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Range;
import io.millrace.api.config.Tuning;
import io.millrace.api.config.Validated;
import io.millrace.core.graph.TelemetrySettings;
import io.millrace.core.graph.TelemetrySettings.LogEncoding;
import io.millrace.core.graph.TelemetrySettings.MetricsLevel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * {@code service::telemetry}, with the Collector's keys (service/telemetry/otelconftelemetry).
 * Immutable.
 */
record TelemetryKeys(
    @Doc("The agent's own log.") LogKeys logs,
    @Doc("The agent's own metrics.") MetricKeys metrics,
    @Doc("The agent's own traces.") TraceKeys traces,
    @Doc("Attributes of the agent: key: value, or attributes: [{name, value}].") @Default("{}")
        Map<String, Object> resource)
    implements Validated {
  private static final String ATTRIBUTES = "attributes";

  /** Least severity, in zap's spelling. */
  enum LogLevel {
    DEBUG(Level.DEBUG),
    INFO(Level.INFO),
    WARN(Level.WARN),
    ERROR(Level.ERROR),
    DPANIC(Level.ERROR),
    PANIC(Level.ERROR),
    FATAL(Level.ERROR);

    private final Level level;

    LogLevel(Level level) {
      this.level = level;
    }
  }

  /** {@code logs}. */
  record LogKeys(
      @Doc("Least severity that is logged.") @Default("info") LogLevel level,
      @Doc("console or json.") @Default("console") LogEncoding encoding,
      @Tuning("repeats are limited where they arise") @Nullable Object sampling,
      @NotSupported("the agent's log goes to stderr") @Default("[stderr]") List<String> outputPaths,
      @NotSupported("the agent's log goes to stderr") @Default("[stderr]")
          List<String> errorOutputPaths,
      @Tuning("the caller is not logged") @Default("false") boolean disableCaller,
      @Tuning("stack traces are logged with errors that nobody expected") @Default("false")
          boolean disableStacktrace,
      @Tuning("there is no development mode") @Default("false") boolean development,
      @Tuning("fields of every line are the resource's") @Default("{}")
          Map<String, Object> initialFields,
      @NotSupported("the agent's log cannot be exported yet") @Default("[]")
          List<Object> processors,
      @Tuning("the resource is not repeated in log lines") @Default("false")
          boolean disableZapResource) {}

  /** {@code metrics}. */
  record MetricKeys(
      @Doc("How much is measured.") @Default("normal") MetricsLevel level,
      @Doc("Where the metrics can be read.") @Nullable List<ReaderKeys> readers,
      @Tuning("the Collector ignores it since v0.123; use readers") @Nullable String address,
      @Tuning("views are not applied") @Default("[]") List<Object> views)
      implements Validated {

    @Override
    public void validate(Problems problems) {
      if (readers == null || level == MetricsLevel.NONE) {
        return;
      }
      if (readers.isEmpty()) {
        problems.add("readers", "an empty list (expected: a reader, or level: none)");
      } else if (readers.size() > 1) {
        problems.add("readers", readers.size() + " readers (expected: one)");
      }
    }
  }

  /** An entry of {@code readers}. */
  record ReaderKeys(
      @Nullable PullKeys pull,
      @NotSupported("the agent's metrics are pulled; configure pull.exporter.prometheus")
          @Nullable Object periodic)
      implements Validated {

    @Override
    public void validate(Problems problems) {
      if (pull == null) {
        problems.add("", "a reader without pull (expected: pull.exporter.prometheus)");
      }
    }
  }

  /** {@code pull}. */
  record PullKeys(
      ExporterKeys exporter,
      @Tuning("producers are not supported") @Nullable Object producers,
      @Tuning("series are bounded by the components") @Nullable Object cardinalityLimits) {}

  /** {@code exporter}. */
  record ExporterKeys(@Nullable PrometheusKeys prometheus) implements Validated {

    @Override
    public void validate(Problems problems) {
      if (prometheus == null) {
        problems.add("", "no known exporter (expected: prometheus)");
      }
    }
  }

  /** {@code prometheus}. */
  record PrometheusKeys(
      @Doc("Address to listen at.") @Default("localhost") String host,
      @Doc("Port to listen at.") @Default("8888") @Range(min = "0", max = "65535") int port,
      @Tuning("names carry no unit suffix") @Default("true") boolean withoutUnits,
      @Tuning("there is no scope info") @Default("true") boolean withoutScopeInfo,
      @Tuning("names carry no type suffix") @Default("true") boolean withoutTypeSuffix,
      @Tuning("the resource is in target_info") @Nullable Object withResourceConstantLabels) {}

  /** {@code traces}. */
  record TraceKeys(
      @Tuning("the agent traces nothing") @Default("normal") MetricsLevel level,
      @Tuning("the agent traces nothing") @Default("[]") List<String> propagators,
      @Tuning("the agent traces nothing") @Default("[]") List<Object> processors,
      @Tuning("the agent traces nothing") @Nullable Object sampler) {}

  @Override
  public void validate(Problems problems) {
    if (resource.get(ATTRIBUTES) instanceof List<?> attributes) {
      for (int i = 0; i < attributes.size(); i++) {
        if (!(attributes.get(i) instanceof Map<?, ?> map
            && map.get("name") instanceof String
            && map.containsKey("value"))) {
          problems.add(
              "resource::attributes::" + i, "no attribute (expected: a mapping of name and value)");
        }
      }
      return;
    }
    resource.forEach(
        (key, value) -> {
          if (value instanceof List || value instanceof Map) {
            problems.add("resource::" + key, "a list or mapping (expected: text)");
          }
        });
  }

  TelemetrySettings settings() {
    Endpoint prometheus = TelemetrySettings.standard().prometheus();
    List<ReaderKeys> readers = metrics.readers();
    if (readers != null && !readers.isEmpty()) {
      PullKeys pull = readers.getFirst().pull();
      PrometheusKeys keys = pull == null ? null : pull.exporter().prometheus();
      prometheus = keys == null ? null : new Endpoint(keys.host(), keys.port());
    }
    return new TelemetrySettings(
        metrics.level(),
        metrics.level() == MetricsLevel.NONE ? null : prometheus,
        logs.level().level,
        logs.encoding(),
        attributes());
  }

  private Map<String, String> attributes() {
    Map<String, String> attributes = new LinkedHashMap<>();
    if (resource.get(ATTRIBUTES) instanceof List<?> list) {
      for (Object item : list) {
        if (item instanceof Map<?, ?> map && map.get("value") != null) {
          attributes.put(String.valueOf(map.get("name")), String.valueOf(map.get("value")));
        }
      }
      return attributes;
    }
    // A null takes a default attribute away; there are none yet.
    resource.forEach(
        (key, value) -> {
          if (value != null) {
            attributes.put(key, String.valueOf(value));
          }
        });
    return attributes;
  }
}
