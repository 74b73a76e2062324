package io.millrace.toolkit.attributes;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.millrace.api.config.Problems;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Attribute;
import io.millrace.api.telemetry.AttributeKey;
import io.millrace.api.telemetry.EditableAttributes;
import io.millrace.api.telemetry.Value;
import io.millrace.api.telemetry.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A list of actions, ready to be applied to attributes, in order. Immutable and thread-safe.
 *
 * <p>Semantics are those of the Collector's attributes processor (v0.159).
 */
public final class AttributeActions {
  private final List<Step> steps;

  private AttributeActions(List<Step> steps) {
    this.steps = steps;
  }

  /** Compiles actions that {@link #validate} found nothing wrong with. */
  public static AttributeActions of(List<ActionConfig> configs) {
    List<Step> steps = new ArrayList<>(configs.size());
    for (ActionConfig config : configs) {
      steps.add(step(config));
    }
    return new AttributeActions(List.copyOf(steps));
  }

  /**
   * Reports what is wrong with a list of actions.
   *
   * @param key the key of the list in its record
   */
  public static void validate(String key, List<ActionConfig> configs, Problems problems) {
    if (configs.isEmpty()) {
      problems.add(key, "no actions (expected: at least one)");
    }
    for (int i = 0; i < configs.size(); i++) {
      configs.get(i).validate(key + "::" + i, problems);
    }
  }

  /** Applies all actions to one set of attributes. */
  public void apply(EditableAttributes attributes, RequestContext context) {
    for (Step step : steps) {
      step.apply(attributes, context);
    }
  }

  private static Step step(ActionConfig config) {
    AttributeKey key = AttributeKey.of(config.key());
    @Nullable Pattern pattern =
        config.pattern().isEmpty() ? null : Pattern.compile(config.pattern());
    return switch (config.verb()) {
      case "insert", "update", "upsert" -> write(config, key);
      case "delete" ->
          (attributes, context) -> {
            attributes.remove(key);
            for (String name : matching(attributes, pattern)) {
              attributes.remove(name);
            }
          };
      case "hash" ->
          (attributes, context) -> {
            hash(attributes, config.key());
            for (String name : matching(attributes, pattern)) {
              hash(attributes, name);
            }
          };
      case "extract" -> (attributes, context) -> extract(attributes, key, pattern);
      case "convert" -> (attributes, context) -> convert(attributes, key, config.convertedType());
      default -> throw new IllegalArgumentException("action: " + config.action());
    };
  }

  private static Step write(ActionConfig config, AttributeKey key) {
    Source source = source(config);
    boolean insert = config.verb().equals("insert");
    boolean update = config.verb().equals("update");
    return (attributes, context) -> {
      @Nullable Value value = source.value(attributes, context);
      if (value == null) {
        return;
      }
      if (insert) {
        attributes.putIfAbsent(key, value);
      } else if (!update || attributes.get(key) != null) {
        attributes.put(key, value);
      }
    };
  }

  private static Source source(ActionConfig config) {
    Object configured = config.value();
    if (configured != null) {
      Value value = constant(configured);
      return (attributes, context) -> value;
    }
    if (!config.fromAttribute().isEmpty()) {
      AttributeKey from = AttributeKey.of(config.fromAttribute());
      return (attributes, context) -> attributes.get(from);
    }
    String from = config.fromContext();
    if (from.equals("client.address")) {
      return (attributes, context) -> {
        String peer = context.peer();
        return peer == null ? null : Value.of(host(peer));
      };
    }
    String header =
        (from.startsWith("metadata.") ? from.substring("metadata.".length()) : from)
            .toLowerCase(Locale.ROOT);
    return (attributes, context) -> {
      List<String> values = context.metadata().get(header);
      return values == null || values.isEmpty() ? null : Value.of(String.join(";", values));
    };
  }

  /** A value as it stands in a configuration file. */
  private static Value constant(Object configured) {
    if (configured instanceof String text) {
      return Value.of(text);
    }
    if (configured instanceof Boolean flag) {
      return Value.of(flag);
    }
    if (configured instanceof Double number) {
      return Value.of(number);
    }
    if (configured instanceof Number number) {
      return Value.of(number.longValue());
    }
    if (configured instanceof List<?> list) {
      return Value.ofList(list.stream().map(AttributeActions::constantOrEmpty).toList());
    }
    if (configured instanceof Map<?, ?> map) {
      Map<String, Value> values = new java.util.LinkedHashMap<>();
      map.forEach((name, value) -> values.put(String.valueOf(name), constantOrEmpty(value)));
      return Value.ofMap(values);
    }
    throw new IllegalArgumentException("value: " + configured.getClass());
  }

  private static Value constantOrEmpty(@Nullable Object configured) {
    return configured == null ? Value.EMPTY : constant(configured);
  }

  private static String host(String peer) {
    int colon = peer.lastIndexOf(':');
    return colon < 0 ? peer : peer.substring(0, colon);
  }

  private static List<String> matching(EditableAttributes attributes, @Nullable Pattern pattern) {
    if (pattern == null) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    for (Attribute attribute : attributes) {
      if (pattern.matcher(attribute.key()).find()) {
        names.add(attribute.key());
      }
    }
    return names;
  }

  private static void hash(EditableAttributes attributes, String key) {
    Value value = attributes.get(key);
    if (value != null) {
      attributes.put(key, Value.of(ValueHash.sha256(value)));
    }
  }

  private static void extract(
      EditableAttributes attributes, AttributeKey key, @Nullable Pattern pattern) {
    Value value = attributes.get(key);
    if (pattern == null || value == null || value.type() != ValueType.STRING) {
      return;
    }
    Matcher matcher = pattern.matcher(value.stringValue());
    if (matcher.find()) {
      pattern
          .namedGroups()
          .forEach(
              (name, group) -> {
                String text = matcher.group(group);
                attributes.put(name, Value.of(text == null ? "" : text));
              });
    }
  }

  private static void convert(EditableAttributes attributes, AttributeKey key, String type) {
    Value value = attributes.get(key);
    if (value == null) {
      return;
    }
    Value converted = ValueConversion.to(type, value);
    if (converted != null) {
      attributes.put(key, converted);
    }
  }

  @FunctionalInterface
  private interface Step {
    void apply(EditableAttributes attributes, RequestContext context);
  }

  @FunctionalInterface
  private interface Source {
    @Nullable Value value(EditableAttributes attributes, RequestContext context);
  }
}
