package io.millrace.exporter.prometheus;

import io.millrace.api.telemetry.Attribute;
import io.millrace.api.telemetry.Attributes;
import io.millrace.api.telemetry.Value;
import java.util.Map;
import java.util.TreeMap;

/**
 * Labels of a resource or series. Immutable.
 *
 * @param series labels that every series of the resource has, by name
 * @param target labels of {@code target_info}; empty when there is nothing to say
 */
record Labels(Map<String, String> series, Map<String, String> target) {

  static Labels ofResource(PrometheusExporterConfig config, Attributes resource) {
    TreeMap<String, String> series = new TreeMap<>(config.constLabels());
    TreeMap<String, String> target = new TreeMap<>();
    Value name = resource.get("service.name");
    Value namespace = resource.get("service.namespace");
    Value instance = resource.get("service.instance.id");
    if (name != null) {
      series.put("job", (namespace == null ? "" : namespace.asText() + "/") + name.asText());
    }
    if (instance != null) {
      series.put("instance", instance.asText());
    }
    for (Attribute attribute : resource) {
      boolean identifies =
          switch (attribute.key()) {
            case "service.name", "service.namespace", "service.instance.id" -> true;
            default -> false;
          };
      if (config.resourceToTelemetryConversion().enabled()) {
        add(series, attribute);
      } else if (!identifies) {
        add(target, attribute);
      }
    }
    if (!target.isEmpty()) {
      series.forEach(target::putIfAbsent);
    }
    return new Labels(series, target);
  }

  /** The labels of a series: those of the resource and the data point's attributes. */
  static TreeMap<String, String> ofPoint(Labels resource, Attributes point) {
    TreeMap<String, String> labels = new TreeMap<>();
    for (Attribute attribute : point) {
      add(labels, attribute);
    }
    resource.series().forEach(labels::putIfAbsent);
    return labels;
  }

  /** Adds an attribute; values of keys that become the same label are joined. */
  private static void add(TreeMap<String, String> labels, Attribute attribute) {
    labels.merge(
        Names.label(attribute.key()),
        attribute.value().asText(),
        (before, more) -> before + ";" + more);
  }
}
