package io.millrace.core.plugin;

import io.millrace.api.component.ComponentFactory;
import io.millrace.api.component.Plugin;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The component types that this agent knows. Immutable and thread-safe once built. */
public final class Components {

  /**
   * A known component type.
   *
   * @param kind its kind
   * @param factory makes instances
   * @param plugin name of the plugin it came from
   */
  public record Entry(Kind kind, ComponentFactory<?> factory, String plugin) {}

  private static final Pattern TYPE = Pattern.compile("[a-zA-Z][0-9a-zA-Z_]{0,62}");

  private final Map<Kind, Map<String, Entry>> byName = new EnumMap<>(Kind.class);

  private Components() {
    for (Kind kind : Kind.values()) {
      byName.put(kind, new TreeMap<>());
    }
  }

  /**
   * The components of plugins that are known to fit together.
   *
   * @throws IllegalArgumentException when two of them claim one name
   */
  public static Components of(Collection<? extends Plugin> plugins) {
    Components components = new Components();
    for (Plugin plugin : plugins) {
      components
          .tryAdd(plugin)
          .ifPresent(
              problem -> {
                throw new IllegalArgumentException(problem);
              });
    }
    return components;
  }

  /** No components at all; the loader adds to it before anybody else sees it. */
  static Components empty() {
    return new Components();
  }

  /** The type of that name or alias. */
  public Optional<Entry> find(Kind kind, String type) {
    return Optional.ofNullable(names(kind).get(type));
  }

  /** Every type of a kind once, by its main name, sorted. */
  public List<Entry> all(Kind kind) {
    return names(kind).entrySet().stream()
        .filter(e -> e.getKey().equals(e.getValue().factory().type()))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** Every name and alias of a kind, sorted. */
  public Set<String> types(Kind kind) {
    return Collections.unmodifiableSet(names(kind).keySet());
  }

  /** Adds all components of a plugin, or none and says why. */
  Optional<String> tryAdd(Plugin plugin) {
    String name = plugin.name();
    List<Entry> entries = new ArrayList<>();
    plugin.receivers().forEach(f -> entries.add(new Entry(Kind.RECEIVER, f, name)));
    plugin.processors().forEach(f -> entries.add(new Entry(Kind.PROCESSOR, f, name)));
    plugin.exporters().forEach(f -> entries.add(new Entry(Kind.EXPORTER, f, name)));
    plugin.connectors().forEach(f -> entries.add(new Entry(Kind.CONNECTOR, f, name)));
    plugin.extensions().forEach(f -> entries.add(new Entry(Kind.EXTENSION, f, name)));
    Map<Kind, Map<String, Entry>> added = new EnumMap<>(Kind.class);
    for (Entry entry : entries) {
      Optional<String> unsound = unsound(entry);
      if (unsound.isPresent()) {
        return unsound;
      }
      Set<String> spellings = new LinkedHashSet<>();
      spellings.add(entry.factory().type());
      spellings.addAll(entry.factory().aliases());
      for (String spelling : spellings) {
        Entry other = names(entry.kind()).get(spelling);
        Entry sibling =
            added.computeIfAbsent(entry.kind(), k -> new TreeMap<>()).put(spelling, entry);
        if (other != null || sibling != null) {
          return Optional.of(
              String.format(
                  Locale.ROOT,
                  "%s type \"%s\" is already provided by plugin %s",
                  entry.kind().id(),
                  spelling,
                  other != null ? other.plugin() : name));
        }
      }
    }
    added.forEach((kind, byType) -> names(kind).putAll(byType));
    return Optional.empty();
  }

  private static Optional<String> unsound(Entry entry) {
    ComponentFactory<?> factory = entry.factory();
    String what = entry.kind().id() + " type \"" + factory.type() + "\"";
    if (!TYPE.matcher(factory.type()).matches()) {
      return Optional.of(what + " (expected: " + TYPE.pattern() + ")");
    }
    if (!factory.configType().isRecord()) {
      return Optional.of(
          what + ": configuration " + factory.configType().getName() + " (expected: a record)");
    }
    return Optional.empty();
  }

  private Map<String, Entry> names(Kind kind) {
    return byName.getOrDefault(kind, Map.of());
  }
}
