package io.millrace.core.config;

import io.millrace.core.config.ConfigNode.Entry;
import io.millrace.core.config.ConfigNode.Mapping;
import io.millrace.core.config.ConfigNode.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lays trees over each other, by the Collector's rules. */
final class TreeMerge {
  private static final String DELIMITER = "::";

  private TreeMerge() {}

  /** Maps are merged deeply; scalars, lists and nulls of the later tree replace. */
  static ConfigNode merge(ConfigNode earlier, ConfigNode later) {
    if (!(earlier instanceof Mapping below && later instanceof Mapping above)) {
      return later;
    }
    Map<String, Entry> entries = new LinkedHashMap<>(below.entries());
    above.entries().forEach((key, entry) -> entries.merge(key, entry, TreeMerge::merge));
    return new Mapping(above.entries().isEmpty() ? below.place() : above.place(), entries, null);
  }

  private static Entry merge(Entry earlier, Entry later) {
    return new Entry(later.place(), merge(earlier.value(), later.value()));
  }

  /** Unfolds keys such as {@code processors::batch::timeout}, at every level. */
  static ConfigNode unfold(ConfigNode node) {
    if (node instanceof Sequence list) {
      List<ConfigNode> items = new ArrayList<>();
      list.items().forEach(item -> items.add(unfold(item)));
      return new Sequence(list.place(), items, list.original());
    }
    if (!(node instanceof Mapping map)) {
      return node;
    }
    Map<String, Entry> entries = new LinkedHashMap<>();
    map.entries()
        .forEach(
            (key, entry) -> {
              ConfigNode value = unfold(entry.value());
              List<String> split = List.of(key.split(DELIMITER, -1));
              List<String> parts = split.contains("") ? List.of(key) : split;
              nested(parts, entry.place(), value)
                  .entries()
                  .forEach((k, e) -> entries.merge(k, e, TreeMerge::merge));
            });
    return new Mapping(map.place(), entries, map.original());
  }

  /** A mapping for a path of keys. */
  static Mapping nested(List<String> path, Place place, ConfigNode value) {
    ConfigNode node = value;
    for (String key : path.reversed()) {
      node = new Mapping(place, Map.of(key, new Entry(place, node)), null);
    }
    return node instanceof Mapping map && !path.isEmpty() ? map : Mapping.empty(place);
  }

  /** The node at a path below; null when there is none. */
  static @Nullable ConfigNode at(ConfigNode root, List<String> path) {
    ConfigNode node = root;
    for (String key : path) {
      ConfigNode next = node instanceof Mapping map ? map.get(key) : null;
      if (next == null) {
        return null;
      }
      node = next;
    }
    return node;
  }
}
