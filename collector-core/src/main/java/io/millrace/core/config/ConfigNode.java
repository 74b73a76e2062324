package io.millrace.core.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A piece of configuration with its place. Immutable.
 *
 * <p>What came out of an expansion also keeps the text it was parsed from ({@link #original}): a
 * string field takes that text ({@code 0123} stays {@code 0123}), any other field the parsed value.
 */
public sealed interface ConfigNode {

  Place place();

  /** The text that an expansion produced; null for what stands in the file itself. */
  @Nullable String original();

  /** The node in words for messages: {@code "text"}, {@code 5}, {@code a list}. */
  String shown();

  /**
   * A value.
   *
   * @param value a {@code String}, {@code Boolean}, {@code Long} or {@code Double}
   * @param text as written; for strings the value itself
   */
  record Scalar(Place place, Object value, String text, @Nullable String original)
      implements ConfigNode {
    private static final int MAX_SHOWN = 80;

    /** Text that an expansion produced, or that stands in a file. */
    static Scalar text(Place place, String text) {
      return new Scalar(place, text, text, text);
    }

    Scalar withOriginal(@Nullable String other) {
      return new Scalar(place, value, text, other);
    }

    /** Whether the value is text. */
    boolean isText() {
      return value instanceof String;
    }

    @Override
    public String shown() {
      String shortened = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text;
      String line = shortened.replace("\n", "\\n").replace("\r", "\\r");
      return isText() ? "\"" + line + "\"" : line;
    }
  }

  /** A list. */
  record Sequence(Place place, List<ConfigNode> items, @Nullable String original)
      implements ConfigNode {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String shown() {
      return "a list";
    }
  }

  /** A mapping; its entries are in the order of the text. */
  record Mapping(Place place, Map<String, Entry> entries, @Nullable String original)
      implements ConfigNode {
    public Mapping {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    static Mapping empty(Place place) {
      return new Mapping(place, Map.of(), null);
    }

    /** The value of a key; null when the key is absent. */
    @Nullable ConfigNode get(String key) {
      Entry entry = entries.get(key);
      return entry == null ? null : entry.value();
    }

    /** Without the keys named. */
    Mapping without(Iterable<String> keys) {
      Map<String, Entry> rest = new LinkedHashMap<>(entries);
      keys.forEach(rest::remove);
      return new Mapping(place, rest, original);
    }

    @Override
    public String shown() {
      return "a mapping";
    }
  }

  /** Nothing: an explicit null, or a key without a value. */
  record Null(Place place, @Nullable String original) implements ConfigNode {
    @Override
    public String shown() {
      return "null";
    }
  }

  /** What could not be read; the problem is reported already, so nobody complains again. */
  record Broken(Place place) implements ConfigNode {
    @Override
    public @Nullable String original() {
      return null;
    }

    @Override
    public String shown() {
      return "";
    }
  }

  /**
   * A key and its value.
   *
   * @param place of the key
   */
  record Entry(Place place, ConfigNode value) {}

  /**
   * Plain Java values: {@code String}, {@code Boolean}, {@code Long}, {@code Double}, lists, maps.
   */
  static @Nullable Object plain(ConfigNode node) {
    return switch (node) {
      case Scalar scalar -> scalar.value();
      case Sequence list -> {
        List<@Nullable Object> items = new ArrayList<>(list.items().size());
        list.items().forEach(item -> items.add(plain(item)));
        yield Collections.unmodifiableList(items);
      }
      case Mapping map -> {
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        map.entries().forEach((key, entry) -> entries.put(key, plain(entry.value())));
        yield Collections.unmodifiableMap(entries);
      }
      case Null _ -> null;
      case Broken _ -> null;
    };
  }
}
