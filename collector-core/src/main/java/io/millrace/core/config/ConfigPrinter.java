package io.millrace.core.config;

import io.millrace.api.component.ComponentId;
import io.millrace.api.config.Secret;
import io.millrace.core.config.RecordSchema.KeySchema;
import io.millrace.core.graph.AgentConfig;
import io.millrace.core.graph.Configured;
import io.millrace.core.graph.PipelineConfig;
import io.millrace.core.graph.TelemetrySettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns a configuration back into a document, defaults included, that says the same when read.
 * Immutable and thread-safe.
 */
public final class ConfigPrinter {

  /** Whether secrets are shown. */
  public enum Mode {
    REDACTED,
    UNREDACTED
  }

  /** The notation. */
  public enum Format {
    YAML,
    JSON
  }

  private final Mode mode;

  public ConfigPrinter(Mode mode) {
    this.mode = mode;
  }

  /** The whole configuration. */
  public String print(AgentConfig config, Format format) {
    Map<String, @Nullable Object> document = document(config);
    return switch (format) {
      case YAML -> DocumentWriter.yaml(document);
      case JSON -> DocumentWriter.json(document);
    };
  }

  private Map<String, @Nullable Object> document(AgentConfig config) {
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    components(document, "receivers", config.receivers());
    components(document, "processors", config.processors());
    components(document, "exporters", config.exporters());
    components(document, "connectors", config.connectors());
    components(document, "extensions", config.extensions());
    Map<String, @Nullable Object> service = new LinkedHashMap<>();
    service.put("telemetry", telemetry(config.telemetry()));
    if (!config.enabledExtensions().isEmpty()) {
      service.put("extensions", names(config.enabledExtensions()));
    }
    Map<String, @Nullable Object> pipelines = new LinkedHashMap<>();
    for (PipelineConfig pipeline : config.pipelines()) {
      Map<String, @Nullable Object> keys = new LinkedHashMap<>();
      keys.put("receivers", names(pipeline.receivers()));
      keys.put("processors", names(pipeline.processors()));
      keys.put("exporters", names(pipeline.exporters()));
      pipelines.put(pipeline.id(), keys);
    }
    service.put("pipelines", pipelines);
    document.put("service", service);
    return document;
  }

  private void components(
      Map<String, @Nullable Object> document,
      String section,
      Map<ComponentId, Configured> components) {
    if (components.isEmpty()) {
      return;
    }
    Map<String, @Nullable Object> entries = new LinkedHashMap<>();
    components.forEach(
        (id, component) -> {
          Map<String, @Nullable Object> keys = new LinkedHashMap<>();
          fields(component.config(), keys);
          if (component.delivery() != null) {
            fields(DeliveryKeys.of(component.delivery(), component.queueStorage()), keys);
          }
          entries.put(id.toString(), keys);
        });
    document.put(section, entries);
  }

  private static Map<String, @Nullable Object> telemetry(TelemetrySettings settings) {
    Map<String, @Nullable Object> logs = new LinkedHashMap<>();
    logs.put("level", spelled(settings.logLevel()));
    logs.put("encoding", spelled(settings.logEncoding()));
    Map<String, @Nullable Object> metrics = new LinkedHashMap<>();
    metrics.put("level", spelled(settings.metricsLevel()));
    if (settings.prometheus() != null) {
      Map<String, @Nullable Object> prometheus = new LinkedHashMap<>();
      prometheus.put("host", settings.prometheus().host());
      prometheus.put("port", settings.prometheus().port());
      metrics.put(
          "readers", List.of(Map.of("pull", Map.of("exporter", Map.of("prometheus", prometheus)))));
    }
    Map<String, @Nullable Object> telemetry = new LinkedHashMap<>();
    telemetry.put("logs", logs);
    telemetry.put("metrics", metrics);
    if (!settings.resource().isEmpty()) {
      telemetry.put("resource", settings.resource());
    }
    return telemetry;
  }

  private static List<String> names(List<ComponentId> ids) {
    return ids.stream().map(ComponentId::toString).toList();
  }

  private void fields(Record config, Map<String, @Nullable Object> keys) {
    for (KeySchema key : RecordSchema.of(config.getClass()).keys()) {
      Object value = key.valueIn(config);
      if (key.isSquashed() && value instanceof Record nested) {
        fields(nested, keys);
      } else if (value != null) {
        keys.put(key.name(), plain(value));
      }
    }
  }

  private @Nullable Object plain(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Secret secret -> mode == Mode.REDACTED ? secret.toString() : secret.reveal();
      case Duration duration -> GoDuration.format(duration);
      case Enum<?> constant -> spelled(constant);
      case List<?> list -> {
        List<@Nullable Object> items = new ArrayList<>();
        list.forEach(item -> items.add(plain(item)));
        yield items;
      }
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        map.forEach((key, item) -> entries.put(String.valueOf(key), plain(item)));
        yield entries;
      }
      case Record section when !Scalars.reads(section.getClass()) -> {
        Map<String, @Nullable Object> keys = new LinkedHashMap<>();
        fields(section, keys);
        yield keys;
      }
      case Boolean flag -> flag;
      case Number number -> number;
      default ->
          mode == Mode.REDACTED ? Redaction.withoutCredentials(value.toString()) : value.toString();
    };
  }

  private static String spelled(Enum<?> constant) {
    for (Map.Entry<String, Object> e : Scalars.constants(constant.getDeclaringClass()).entrySet()) {
      if (e.getValue() == constant) {
        return e.getKey();
      }
    }
    throw new IllegalStateException(constant + " has no spelling");
  }
}
