package io.millrace.core.config;

import io.millrace.api.config.Range;
import io.millrace.api.config.Secret;
import io.millrace.api.config.Validated;
import io.millrace.core.config.ConfigNode.Broken;
import io.millrace.core.config.ConfigNode.Entry;
import io.millrace.core.config.ConfigNode.Mapping;
import io.millrace.core.config.ConfigNode.Null;
import io.millrace.core.config.ConfigNode.Scalar;
import io.millrace.core.config.ConfigNode.Sequence;
import io.millrace.core.config.RecordSchema.KeySchema;
import io.millrace.core.config.Scalars.MisfitException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fills configuration records from nodes, strictly, and reports every problem. One thread at a
 * time. Knows API types and annotations only.
 */
final class Binder {
  private static final String ENABLED = "enabled";
  private static final String KEY_DELIMITER = "::";

  private static final Failure FAILED = Failure.REPORTED;

  private final Diagnostics diagnostics;

  /** Paths of keys that a misspelt one was meant to be: they are not missing as well. */
  private final Set<String> meant = new HashSet<>();

  /** Stands for a value that could not be bound; the problem is reported. */
  private enum Failure {
    REPORTED
  }

  Binder(Diagnostics diagnostics) {
    this.diagnostics = diagnostics;
  }

  /**
   * Binds a record.
   *
   * @param node a mapping, or null for nothing but defaults
   * @param path for messages
   * @param defaults values of absent keys; null for those that the record declares
   * @param otherKeys keys of the mapping that somebody else reads
   * @return null when a problem was reported that leaves no instance
   */
  <C extends Record> @Nullable C bind(
      Class<C> type,
      ConfigNode node,
      String path,
      @Nullable C defaults,
      Collection<String> otherKeys) {
    if (node instanceof Broken) {
      return null;
    }
    if (!(node instanceof Mapping || node instanceof Null)) {
      diagnostics.error(node.place(), path, node.shown() + " (expected: a mapping)");
      return null;
    }
    Mapping map = node instanceof Mapping m ? m : Mapping.empty(node.place());
    Object bound = record(RecordSchema.of(type), map, path, defaults, otherKeys);
    return bound instanceof Failure ? null : type.cast(bound);
  }

  /** Binds a record that nobody shares the mapping with. */
  <C extends Record> @Nullable C bind(Class<C> type, ConfigNode node, String path) {
    return bind(type, node, path, null, List.of());
  }

  private Object record(
      RecordSchema schema,
      Mapping map,
      String path,
      @Nullable Record defaults,
      Collection<String> otherKeys) {
    Set<String> known = new LinkedHashSet<>(schema.names());
    known.addAll(otherKeys);
    map.entries()
        .forEach(
            (key, entry) -> {
              if (!known.contains(key)) {
                Words.nearest(key, known).ifPresent(near -> meant.add(Expander.joined(path, near)));
                diagnostics.error(
                    entry.place(),
                    Expander.joined(path, key),
                    "unknown key" + Words.hint(key, known));
              }
            });
    return fields(schema, map, path, defaults);
  }

  private Object fields(RecordSchema schema, Mapping map, String path, @Nullable Record defaults) {
    @Nullable Object[] values = new Object[schema.keys().size()];
    boolean failed = false;
    for (int i = 0; i < values.length; i++) {
      KeySchema key = schema.keys().get(i);
      Object fallback = defaults == null ? null : key.valueIn(defaults);
      values[i] =
          key.isSquashed()
              ? fields(RecordSchema.of(key.component().getType()), map, path, (Record) fallback)
              : key(key, map, path, defaults != null, fallback);
      failed |= values[i] instanceof Failure;
    }
    if (failed) {
      return FAILED;
    }
    Record instance;
    try {
      instance = schema.create(values);
    } catch (IllegalArgumentException e) {
      diagnostics.error(map.place(), path, String.valueOf(e.getMessage()));
      return FAILED;
    }
    if (instance instanceof Validated rules) {
      rules.validate((key, message) -> report(map, path, key, message));
    }
    return instance;
  }

  private void report(Mapping map, String path, String key, String message) {
    Place place = map.place();
    String full = path;
    ConfigNode node = map;
    for (String part : key.isEmpty() ? List.<String>of() : List.of(key.split(KEY_DELIMITER, -1))) {
      boolean index = node instanceof Sequence && part.matches("\\d+");
      full = index ? full + "[" + part + "]" : Expander.joined(full, part);
      ConfigNode next = null;
      if (node instanceof Mapping inner) {
        next = inner.get(part);
      } else if (node instanceof Sequence list && index && part.length() < 7) {
        int i = Integer.parseInt(part);
        next = i < list.items().size() ? list.items().get(i) : null;
      }
      if (next != null) {
        place = next.place();
      }
      node = next;
    }
    diagnostics.error(place, full, message);
  }

  private @Nullable Object key(
      KeySchema key, Mapping map, String path, boolean overridden, @Nullable Object fallback) {
    String full = Expander.joined(path, key.name());
    Entry entry = map.entries().get(key.name());
    if (entry == null) {
      return absent(key, map.place(), full, overridden, fallback);
    }
    ConfigNode node = entry.value();
    if (node instanceof Broken) {
      return FAILED;
    }
    if (node instanceof Null empty) {
      String text = empty.original();
      if (text != null && key.type() == String.class) {
        node = Scalar.text(empty.place(), text);
      } else if (key.nullable()
          && key.isSection()
          && fallback == null
          && key.defaultText().isEmpty()
          && !key.isRequired()) {
        node = Mapping.empty(empty.place());
      } else {
        return absent(key, entry.place(), full, overridden, fallback);
      }
    }
    if (key.tuning().isPresent()) {
      diagnostics.warning(entry.place(), full, "accepted without effect: " + key.tuning().get());
      return bound(key, node, full, overridden, fallback, new Diagnostics());
    }
    if (key.notSupported().isPresent()) {
      return unsupported(key, node, full, overridden, fallback);
    }
    return checked(key, node, full, overridden, fallback);
  }

  private @Nullable Object absent(
      KeySchema key, Place place, String full, boolean overridden, @Nullable Object fallback) {
    if (key.isRequired()) {
      if (!meant.contains(full)) {
        diagnostics.error(place, full, "missing (expected: " + words(key.type()) + ")");
      }
      return FAILED;
    }
    return overridden ? fallback : defaultOf(key, place, full);
  }

  private @Nullable Object unsupported(
      KeySchema key, ConfigNode node, String full, boolean overridden, @Nullable Object fallback) {
    Object absent = overridden ? fallback : defaultOf(key, node.place(), full);
    Object value = bound(key, node, full, overridden, fallback, new Diagnostics());
    if (!Objects.equals(value, absent)) {
      String reason = key.notSupported().orElse("");
      String text = reason.startsWith("not supported") ? reason : "not supported: " + reason;
      diagnostics.error(node.place(), full, node.shown() + " (" + text + ")");
      return FAILED;
    }
    return value;
  }

  /** Binds a key whose value counts for nothing; what does not fit becomes the default. */
  private @Nullable Object bound(
      KeySchema key,
      ConfigNode node,
      String full,
      boolean overridden,
      @Nullable Object fallback,
      Diagnostics muted) {
    Object value = new Binder(muted).checked(key, node, full, overridden, fallback);
    if (!(value instanceof Failure)) {
      return value;
    }
    if (key.notSupported().isPresent()) {
      return FAILED;
    }
    return overridden ? fallback : defaultOf(key, node.place(), full);
  }

  private @Nullable Object checked(
      KeySchema key, ConfigNode node, String full, boolean overridden, @Nullable Object fallback) {
    if (key.isSection()) {
      return section(key, node, full, fallback);
    }
    Object value = value(key.type(), node, full);
    if (value instanceof Failure) {
      return FAILED;
    }
    if (value instanceof Map<?, ?> map) {
      Object below = overridden ? fallback : defaultOf(key, node.place(), full);
      if (below instanceof Map<?, ?> defaults && !defaults.isEmpty()) {
        Map<Object, @Nullable Object> merged = new LinkedHashMap<>(defaults);
        merged.putAll(map);
        value = Collections.unmodifiableMap(merged);
      }
    }
    if (key.isRequired() && isEmpty(value)) {
      diagnostics.error(
          node.place(), full, node.shown() + " (expected: " + words(key.type()) + ", not empty)");
      return FAILED;
    }
    if (node instanceof Scalar scalar) {
      if (key.range().isPresent() && !inRange(key, value, key.range().get(), scalar, full)) {
        return FAILED;
      }
      if (value instanceof Duration && scalar.value() instanceof Long nanos && nanos != 0) {
        diagnostics.warning(
            node.place(),
            full,
            scalar.text() + " is read as nanoseconds (expected: a unit, such as " + nanos + "s)");
      }
    }
    return value;
  }

  private @Nullable Object section(
      KeySchema key, ConfigNode node, String full, @Nullable Object fallback) {
    if (!(node instanceof Mapping map)) {
      diagnostics.error(node.place(), full, node.shown() + " (expected: a mapping)");
      return FAILED;
    }
    RecordSchema schema = RecordSchema.of(key.component().getType());
    boolean switchable = key.nullable() && !schema.names().contains(ENABLED);
    ConfigNode enabled = switchable ? map.get(ENABLED) : null;
    if (enabled != null) {
      if (!(enabled instanceof Scalar s && s.value() instanceof Boolean on)) {
        diagnostics.error(
            enabled.place(), full + "." + ENABLED, enabled.shown() + " (expected: true or false)");
        return FAILED;
      }
      if (!on) {
        return null;
      }
    }
    return record(schema, map, full, (Record) fallback, switchable ? List.of(ENABLED) : List.of());
  }

  /** A text as it stands, without the quotes that make an empty one visible. */
  private static String unquoted(String text) {
    boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  private @Nullable Object declaredDefault(KeySchema key, String text, Place place, String full) {
    Class<?> type = key.component().getType();
    if (type == String.class) {
      return unquoted(text);
    }
    if (type == Secret.class) {
      return new Secret(unquoted(text));
    }
    Diagnostics broken = new Diagnostics();
    try {
      ConfigNode node = YamlReader.readAt(text, place);
      Object value =
          key.isSection() && node instanceof Mapping map
              ? record(RecordSchema.of(type), map, full, null, List.of())
              : new Binder(broken).value(key.type(), node, full);
      if (!broken.hasErrors()) {
        return value;
      }
    } catch (MalformedYamlException e) {
      broken.error(e.place(), full, String.valueOf(e.getMessage()));
    }
    throw new IllegalStateException(
        key.component().getDeclaringRecord().getName()
            + ": default of "
            + key.name()
            + ": "
            + broken.errors());
  }

  private @Nullable Object defaultOf(KeySchema key, Place place, String full) {
    if (key.defaultText().isPresent()) {
      return declaredDefault(key, key.defaultText().get(), place, full);
    }
    if (key.nullable()) {
      return null;
    }
    if (key.isSection()) {
      return record(
          RecordSchema.of(key.component().getType()), Mapping.empty(place), full, null, List.of());
    }
    Class<?> type = key.component().getType();
    if (type == List.class) {
      return List.of();
    }
    if (type == Map.class) {
      return Map.of();
    }
    throw new IllegalStateException(
        key.component().getDeclaringRecord().getName()
            + ": "
            + key.name()
            + " has no default and is neither required nor nullable");
  }

  private @Nullable Object value(Type type, ConfigNode node, String path) {
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
      if (node instanceof Mapping || node instanceof Null) {
        Mapping map = node instanceof Mapping m ? m : Mapping.empty(node.place());
        return record(RecordSchema.of(raw), map, path, null, List.of());
      }
      diagnostics.error(node.place(), path, node.shown() + " (expected: a mapping)");
      return FAILED;
    }
    throw new IllegalStateException(path + ": type " + type + " is no configuration type");
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
          shown(element, node) + " (expected: a list of " + words(element) + ")");
      return FAILED;
    }
    return failed ? FAILED : Collections.unmodifiableList(values);
  }

  private Object map(Type valueType, ConfigNode node, String path) {
    if (!(node instanceof Mapping map)) {
      diagnostics.error(
          node.place(),
          path,
          shown(valueType, node) + " (expected: a mapping of keys to " + words(valueType) + ")");
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
      case Sequence list -> list.items().stream().anyMatch(Binder::brokenWithin);
      case Mapping map ->
          map.entries().values().stream().anyMatch(entry -> brokenWithin(entry.value()));
      case Scalar _ -> false;
      case Null _ -> false;
    };
  }

  private static boolean isEmpty(@Nullable Object value) {
    return switch (value) {
      case null -> true;
      case String text -> text.isEmpty();
      case Secret secret -> secret.reveal().isEmpty();
      case Collection<?> list -> list.isEmpty();
      case Map<?, ?> map -> map.isEmpty();
      default -> false;
    };
  }

  private boolean inRange(
      KeySchema key, @Nullable Object value, Range range, Scalar node, String path) {
    Class<?> type = key.component().getType();
    boolean aboveMin = range.min().isEmpty() || compare(value, limit(type, range.min())) >= 0;
    boolean belowMax = range.max().isEmpty() || compare(value, limit(type, range.max())) <= 0;
    if (aboveMin && belowMax) {
      return true;
    }
    String expected =
        range.max().isEmpty()
            ? range.min() + " or more"
            : range.min().isEmpty() ? "at most " + range.max() : range.min() + " to " + range.max();
    diagnostics.error(node.place(), path, node.shown() + " (expected: " + expected + ")");
    return false;
  }

  private static Object limit(Class<?> type, String text) {
    try {
      Place nowhere = Place.of(new Place.Source("@Range", 0));
      return Scalars.read(type, YamlReader.readAt(text, nowhere));
    } catch (MisfitException | MalformedYamlException e) {
      throw new IllegalStateException("@Range: " + text, e);
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // both are of the key's type, which is comparable
  private static int compare(@Nullable Object value, Object limit) {
    return value instanceof Comparable comparable ? comparable.compareTo(limit) : 0;
  }

  private static String words(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      return generic.getRawType() == List.class
          ? "a list of " + words(arguments[0])
          : "a mapping of keys to " + words(arguments[1]);
    }
    if (type instanceof Class<?> raw && Scalars.reads(raw)) {
      return raw == String.class || raw == Secret.class ? "text" : Scalars.expectation(raw);
    }
    return type == Object.class ? "a value" : "a mapping";
  }
}
