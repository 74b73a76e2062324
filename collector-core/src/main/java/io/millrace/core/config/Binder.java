package io.millrace.core.config;

import io.millrace.api.config.Secret;
import io.millrace.api.config.Validated;
import io.millrace.core.config.ConfigNode.Broken;
import io.millrace.core.config.ConfigNode.Entry;
import io.millrace.core.config.ConfigNode.Mapping;
import io.millrace.core.config.ConfigNode.Null;
import io.millrace.core.config.ConfigNode.Scalar;
import io.millrace.core.config.RecordSchema.KeySchema;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fills configuration records from nodes, strictly, and reports every problem. One thread at a
 * time. Knows API types and annotations only.
 *
 * <p>A record's keys are bound here; {@link ValueBinder} makes what stands at a key, {@link
 * Defaults} what does not.
 */
final class Binder {
  private static final String ENABLED = "enabled";

  private static final Failure FAILED = Failure.REPORTED;

  private final Diagnostics diagnostics;
  private final ValueBinder values;
  private final Defaults defaults = new Defaults(this);

  /** Paths of keys that a misspelt one was meant to be: they are not missing as well. */
  private final Set<String> meant = new HashSet<>();

  /** Stands for a value that could not be bound; the problem is reported. */
  enum Failure {
    REPORTED
  }

  /**
   * A key of a record that is being filled.
   *
   * @param path of the key, for messages
   * @param base the record whose values absent keys have; null when they have those that the record
   *     declares
   */
  private record Slot(KeySchema key, String path, @Nullable Record base) {
    /** The base's value; null when there is no base. */
    @Nullable Object inBase() {
      return base == null ? null : key.valueIn(base);
    }
  }

  Binder(Diagnostics diagnostics) {
    this.diagnostics = diagnostics;
    this.values = new ValueBinder(this, diagnostics);
  }

  /**
   * Binds a record.
   *
   * @param node a mapping, or null for nothing but defaults
   * @param path for messages
   * @param base values of absent keys; null for those that the record declares
   * @param otherKeys keys of the mapping that somebody else reads
   * @return null when a problem was reported that leaves no instance
   */
  <C extends Record> @Nullable C bind(
      Class<C> type, ConfigNode node, String path, @Nullable C base, Collection<String> otherKeys) {
    if (node instanceof Broken) {
      return null;
    }
    Object bound = record(type, node, path, base, otherKeys);
    return bound instanceof Failure ? null : type.cast(bound);
  }

  /** Binds a record that nobody shares the mapping with. */
  <C extends Record> @Nullable C bind(Class<C> type, ConfigNode node, String path) {
    return bind(type, node, path, null, List.of());
  }

  /** As {@link #bind}, for a record within another; a {@link Failure} in place of null. */
  Object record(
      Class<?> type,
      ConfigNode node,
      String path,
      @Nullable Record base,
      Collection<String> otherKeys) {
    if (!(node instanceof Mapping || node instanceof Null)) {
      diagnostics.error(node.place(), path, node.shown() + " (expected: a mapping)");
      return FAILED;
    }
    Mapping map = node instanceof Mapping m ? m : Mapping.empty(node.place());
    RecordSchema schema = RecordSchema.of(type);
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
    return fields(schema, map, path, base);
  }

  private Object fields(RecordSchema schema, Mapping map, String path, @Nullable Record base) {
    @Nullable Object[] bound = new Object[schema.keys().size()];
    boolean failed = false;
    for (int i = 0; i < bound.length; i++) {
      KeySchema key = schema.keys().get(i);
      if (key.isSquashed()) {
        Object inBase = base == null ? null : key.valueIn(base);
        bound[i] = fields(RecordSchema.of(key.component().getType()), map, path, (Record) inBase);
      } else {
        bound[i] = key(new Slot(key, Expander.joined(path, key.name()), base), map);
      }
      failed |= bound[i] instanceof Failure;
    }
    if (failed) {
      return FAILED;
    }
    Record instance;
    try {
      instance = schema.create(bound);
    } catch (IllegalArgumentException e) {
      diagnostics.error(map.place(), path, String.valueOf(e.getMessage()));
      return FAILED;
    }
    if (instance instanceof Validated rules) {
      rules.validate(new RuleProblems(diagnostics, map, path));
    }
    return instance;
  }

  private @Nullable Object key(Slot slot, Mapping map) {
    KeySchema key = slot.key();
    Entry entry = map.entries().get(key.name());
    if (entry == null) {
      return absent(slot, map.place());
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
          && slot.inBase() == null
          && key.defaultText().isEmpty()
          && !key.isRequired()) {
        node = Mapping.empty(empty.place());
      } else {
        return absent(slot, entry.place());
      }
    }
    if (key.tuning().isPresent()) {
      return tuning(slot, entry.place(), node);
    }
    if (key.notSupported().isPresent()) {
      return unsupported(slot, node);
    }
    return checked(slot, node);
  }

  private @Nullable Object absent(Slot slot, Place place) {
    if (slot.key().isRequired()) {
      if (!meant.contains(slot.path())) {
        String expected = ValueBinder.expectation(slot.key().type());
        diagnostics.error(place, slot.path(), "missing (expected: " + expected + ")");
      }
      return FAILED;
    }
    return fallback(slot, place);
  }

  private @Nullable Object fallback(Slot slot, Place place) {
    return slot.base() == null ? defaults.of(slot.key(), place, slot.path()) : slot.inBase();
  }

  /** A key whose value counts for nothing; what does not fit becomes the default. */
  private @Nullable Object tuning(Slot slot, Place place, ConfigNode node) {
    diagnostics.warning(
        place, slot.path(), "accepted without effect: " + slot.key().tuning().orElse(""));
    Object value = new Binder(new Diagnostics()).checked(slot, node);
    return value instanceof Failure ? fallback(slot, node.place()) : value;
  }

  /** A key that may only say what is so without it. */
  private @Nullable Object unsupported(Slot slot, ConfigNode node) {
    Object value = new Binder(new Diagnostics()).checked(slot, node);
    if (Objects.equals(value, fallback(slot, node.place()))) {
      return value;
    }
    String reason = slot.key().notSupported().orElse("");
    String text = reason.startsWith("not supported") ? reason : "not supported: " + reason;
    diagnostics.error(node.place(), slot.path(), node.shown() + " (" + text + ")");
    return FAILED;
  }

  private @Nullable Object checked(Slot slot, ConfigNode node) {
    KeySchema key = slot.key();
    if (key.isSection()) {
      return section(slot, node);
    }
    Object own = values.value(key.type(), node, slot.path());
    if (own instanceof Failure) {
      return FAILED;
    }
    Object value = own instanceof Map<?, ?> map ? laidOver(fallback(slot, node.place()), map) : own;
    if (key.isRequired() && isEmpty(value)) {
      String expected = ValueBinder.expectation(key.type());
      diagnostics.error(
          node.place(), slot.path(), node.shown() + " (expected: " + expected + ", not empty)");
      return FAILED;
    }
    if (node instanceof Scalar scalar) {
      Optional<String> expected =
          key.range().flatMap(range -> Bounds.expectation(range, key.component().getType(), value));
      if (expected.isPresent()) {
        diagnostics.error(
            node.place(), slot.path(), node.shown() + " (expected: " + expected.get() + ")");
        return FAILED;
      }
      if (value instanceof Duration && scalar.value() instanceof Long nanos && nanos != 0) {
        diagnostics.warning(
            node.place(),
            slot.path(),
            scalar.text() + " is read as nanoseconds (expected: a unit, such as " + nanos + "s)");
      }
    }
    return value;
  }

  private @Nullable Object section(Slot slot, ConfigNode node) {
    Class<?> type = slot.key().component().getType();
    if (!(node instanceof Mapping map)) {
      diagnostics.error(node.place(), slot.path(), node.shown() + " (expected: a mapping)");
      return FAILED;
    }
    boolean switchable = slot.key().nullable() && !RecordSchema.of(type).names().contains(ENABLED);
    ConfigNode enabled = switchable ? map.get(ENABLED) : null;
    if (enabled != null) {
      if (!(enabled instanceof Scalar s && s.value() instanceof Boolean on)) {
        diagnostics.error(
            enabled.place(),
            slot.path() + "." + ENABLED,
            enabled.shown() + " (expected: true or false)");
        return FAILED;
      }
      if (!on) {
        return null;
      }
    }
    return record(
        type, map, slot.path(), (Record) slot.inBase(), switchable ? List.of(ENABLED) : List.of());
  }

  /** A mapping's own keys, and those of the default that it does not have. */
  private static Object laidOver(@Nullable Object below, Map<?, ?> map) {
    if (!(below instanceof Map<?, ?> defaults) || defaults.isEmpty()) {
      return map;
    }
    Map<Object, @Nullable Object> merged = new LinkedHashMap<>(defaults);
    merged.putAll(map);
    return Collections.unmodifiableMap(merged);
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
}
