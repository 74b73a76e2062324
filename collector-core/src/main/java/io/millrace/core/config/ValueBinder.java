package io.millrace.core.config;

import io.millrace.api.config.Secret;
import io.millrace.core.config.Binder.Failure;
import io.millrace.core.config.ConfigNode.Broken;
import io.millrace.core.config.ConfigNode.Entry;
import io.millrace.core.config.ConfigNode.Mapping;
import io.millrace.core.config.ConfigNode.Null;
import io.millrace.core.config.ConfigNode.Scalar;
import io.millrace.core.config.ConfigNode.Sequence;
import io.millrace.core.config.Scalars.MisfitException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes values of Java types from nodes: single ones, lists, maps, and the records in them. One
 * thread at a time.
 */
final class ValueBinder {
  private static final Failure FAILED = Failure.REPORTED;

  private final Binder binder;
  private final Diagnostics diagnostics;

  /**
   * Makes one.
   *
   * @param binder fills the records
   */
  ValueBinder(Binder binder, Diagnostics diagnostics) {
    this.binder = binder;
    this.diagnostics = diagnostics;
  }

  /**
   * Binds a value.
   *
   * @return a {@link Failure} when a problem was reported
   */
  @Nullable Object value(Type type, ConfigNode node, String path) {
    if (node instanceof Broken) {
      return FAILED;
    }
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      return generic.getRawType() == List.class
          ? list(arguments[0], node, path)
          : map(arguments[1], node, path);
    }
    if (!(type instanceof Class<?> raw)) {
      throw new IllegalStateException(path + ": type " + type + " is no configuration type");
    }
    if (raw == Object.class) {
      return brokenWithin(node) ? FAILED : ConfigNode.plain(node);
    }
    if (Scalars.reads(raw)) {
      try {
        return Scalars.read(raw, node);
      } catch (MisfitException e) {
        diagnostics.error(node.place(), path, String.valueOf(e.getMessage()));
        return FAILED;
      }
    }
    if (raw.isRecord()) {
      return binder.record(raw, node, path, null, List.of());
    }
    throw new IllegalStateException(path + ": type " + type + " is no configuration type");
  }

  /** What a type takes, in words. */
  static String expectation(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      return generic.getRawType() == List.class
          ? "a list of " + expectation(arguments[0])
          : "a mapping of keys to " + expectation(arguments[1]);
    }
    if (type instanceof Class<?> raw && Scalars.reads(raw)) {
      return raw == String.class || raw == Secret.class ? "text" : Scalars.expectation(raw);
    }
    return type == Object.class ? "a value" : "a mapping";
  }

  private Object list(Type element, ConfigNode node, String path) {
    List<@Nullable Object> values = new ArrayList<>();
    boolean failed = false;
    if (node instanceof Scalar scalar
        && scalar.isText()
        && element instanceof Class<?> type
        && Scalars.reads(type)) {
      for (String part : scalar.text().isEmpty() ? new String[0] : scalar.text().split(",", -1)) {
        Object value = value(element, Scalar.text(scalar.place(), part), path);
        failed |= value instanceof Failure;
        values.add(value);
      }
    } else if (node instanceof Sequence list) {
      for (int i = 0; i < list.items().size(); i++) {
        Object value = value(element, list.items().get(i), path + "[" + i + "]");
        failed |= value instanceof Failure;
        values.add(value);
      }
    } else {
      diagnostics.error(
          node.place(),
          path,
          shown(element, node) + " (expected: a list of " + expectation(element) + ")");
      return FAILED;
    }
    return failed ? FAILED : Collections.unmodifiableList(values);
  }

  private Object map(Type valueType, ConfigNode node, String path) {
    if (!(node instanceof Mapping map)) {
      diagnostics.error(
          node.place(),
          path,
          shown(valueType, node)
              + " (expected: a mapping of keys to "
              + expectation(valueType)
              + ")");
      return FAILED;
    }
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    boolean failed = false;
    for (Map.Entry<String, Entry> entry : map.entries().entrySet()) {
      Object value =
          value(valueType, entry.getValue().value(), Expander.joined(path, entry.getKey()));
      failed |= value instanceof Failure;
      values.put(entry.getKey(), value);
    }
    return failed ? FAILED : Collections.unmodifiableMap(values);
  }

  private static String shown(Type type, ConfigNode node) {
    return type == Secret.class && node instanceof Scalar ? "[REDACTED]" : node.shown();
  }

  private static boolean brokenWithin(ConfigNode node) {
    return switch (node) {
      case Broken _ -> true;
      case Sequence list -> list.items().stream().anyMatch(ValueBinder::brokenWithin);
      case Mapping map ->
          map.entries().values().stream().anyMatch(entry -> brokenWithin(entry.value()));
      case Scalar _ -> false;
      case Null _ -> false;
    };
  }
}
