package io.millrace.core.graph;

import io.millrace.api.config.Endpoint;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * The section {@code service::telemetry}: what the agent tells about itself. Immutable.
 *
 * @param metricsLevel how much it measures
 * @param prometheus where the metrics are read; null for nowhere
 * @param logLevel least severity that is logged
 * @param logEncoding form of a log line
 * @param resource attributes of the agent, in the file's order
 */
public record TelemetrySettings(
    MetricsLevel metricsLevel,
    @Nullable Endpoint prometheus,
    Level logLevel,
    LogEncoding logEncoding,
    Map<String, String> resource) {

  /** How much the agent measures about itself. */
  public enum MetricsLevel {
    NONE,
    BASIC,
    NORMAL,
    DETAILED
  }

  /** The form of a log line. */
  public enum LogEncoding {
    CONSOLE,
    JSON
  }

  public TelemetrySettings {
    resource = Collections.unmodifiableMap(new LinkedHashMap<>(resource));
  }

  /** What holds where the section is absent. */
  public static TelemetrySettings standard() {
    return new TelemetrySettings(
        MetricsLevel.NORMAL,
        new Endpoint("localhost", 8888),
        Level.INFO,
        LogEncoding.CONSOLE,
        Map.of());
  }
}
