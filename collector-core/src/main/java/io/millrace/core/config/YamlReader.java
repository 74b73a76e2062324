package io.millrace.core.config;

import io.millrace.core.config.ConfigNode.Entry;
import io.millrace.core.config.ConfigNode.Mapping;
import io.millrace.core.config.ConfigNode.Null;
import io.millrace.core.config.ConfigNode.Scalar;
import io.millrace.core.config.ConfigNode.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads one YAML document into nodes with places. One thread at a time, one text per instance.
 * Bounded: text size, depth, and the number of nodes once aliases are followed.
 */
final class YamlReader {
  static final int MAX_CHARS = 4 << 20;
  static final int MAX_DEPTH = 100;
  static final int MAX_NODES = 200_000;
  private static final String MERGE_KEY = "<<";
  private static final String TAG_PREFIX = "tag:yaml.org,2002:";

  private final Place.Source source;
  private final @Nullable Place fixed;
  private final Map<String, ConfigNode> anchors = new HashMap<>();
  private final Map<String, Integer> anchorSizes = new HashMap<>();
  private Iterator<Event> events = List.<Event>of().iterator();
  private int nodes;

  private YamlReader(Place.Source source, @Nullable Place fixed) {
    this.source = source;
    this.fixed = fixed;
  }

  /**
   * Reads a text whose lines have places of their own.
   *
   * @return {@link Null} for an empty text
   * @throws MalformedYamlException with the place of the first error
   */
  static ConfigNode read(String text, Place.Source source) throws MalformedYamlException {
    return new YamlReader(source, null).document(text);
  }

  /** Reads a text that stands at one place altogether, such as an environment variable's. */
  static ConfigNode readAt(String text, Place place) throws MalformedYamlException {
    return new YamlReader(place.source(), place).document(text);
  }

  private ConfigNode document(String text) throws MalformedYamlException {
    String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
    if (content.length() > MAX_CHARS) {
      throw malformed(
          Place.startOf(source),
          content.length() + " characters (expected: at most " + MAX_CHARS + ")");
    }
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(source.name())
            .setCodePointLimit(MAX_CHARS + 1)
            .setParseComments(false)
            .build();
    try {
      events = new Parse(settings).parseString(content).iterator();
      ConfigNode result = new Null(at(Optional.empty()), null);
      boolean found = false;
      while (events.hasNext()) {
        Event event = events.next();
        switch (event.getEventId()) {
          case DocumentStart -> {
            if (found) {
              throw malformed(
                  at(event.getStartMark()), "a second document (expected: one document)");
            }
            found = true;
            result = node(events.next(), 0);
          }
          default -> {}
        }
      }
      return result;
    } catch (MarkedYamlEngineException e) {
      Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
      throw malformed(at(mark), syntax(e, content, mark));
    } catch (ReaderException e) {
      throw malformed(
          Place.startOf(source),
          String.format(
              java.util.Locale.ROOT,
              "character U+%04X at offset %d is not allowed in YAML",
              e.getCodePoint(),
              e.getPosition()));
    } catch (YamlEngineException e) {
      throw malformed(Place.startOf(source), "no valid YAML: " + e.getMessage());
    }
  }

  private static String syntax(MarkedYamlEngineException e, String text, Optional<Mark> mark) {
    String problem = e.getProblem() == null ? "syntax error" : e.getProblem().trim();
    if (problem.contains("\\t") || atTab(text, mark)) {
      return "no valid YAML: a tab where indentation is expected (expected: spaces)";
    }
    String context = e.getContext();
    return "no valid YAML: "
        + (context == null || context.isBlank() ? problem : context.trim() + ": " + problem);
  }

  private static boolean atTab(String text, Optional<Mark> mark) {
    if (mark.isEmpty()) {
      return false;
    }
    String line = text.lines().skip(mark.get().getLine()).findFirst().orElse("");
    int column = mark.get().getColumn();
    return line.substring(0, Math.min(column + 1, line.length())).isBlank()
        && line.startsWith("\t", Math.max(0, Math.min(column, line.length() - 1)));
  }

  private ConfigNode node(Event event, int depth) throws MalformedYamlException {
    Place place = at(event.getStartMark());
    if (depth > MAX_DEPTH) {
      throw malformed(place, "nested deeper than " + MAX_DEPTH + " levels");
    }
    int before = nodes;
    count(place, 1);
    if (event instanceof AliasEvent alias) {
      String name = alias.getAlias().getValue();
      ConfigNode target = anchors.get(name);
      if (target == null) {
        throw malformed(place, "alias *" + name + " has no anchor before it");
      }
      count(place, anchorSizes.getOrDefault(name, 1));
      return target;
    }
    ConfigNode node =
        switch (event) {
          case ScalarEvent scalar -> scalar(scalar, place);
          case SequenceStartEvent _ -> sequence(place, depth);
          case MappingStartEvent _ -> mapping(place, depth);
          default -> throw malformed(place, "no valid YAML");
        };
    if (event instanceof NodeEvent anchored && anchored.getAnchor().isPresent()) {
      String name = anchored.getAnchor().get().getValue();
      anchors.put(name, node);
      anchorSizes.put(name, nodes - before);
    }
    return node;
  }

  private ConfigNode sequence(Place place, int depth) throws MalformedYamlException {
    List<ConfigNode> items = new ArrayList<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.SequenceEnd;
        event = events.next()) {
      items.add(node(event, depth + 1));
    }
    return new Sequence(place, items, null);
  }

  private ConfigNode mapping(Place place, int depth) throws MalformedYamlException {
    Map<String, Entry> entries = new LinkedHashMap<>();
    List<Mapping> merged = new ArrayList<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.MappingEnd;
        event = events.next()) {
      Place keyPlace = at(event.getStartMark());
      if (!(event instanceof ScalarEvent key)) {
        throw malformed(keyPlace, "a key that is no plain text (expected: key: value)");
      }
      String name = key.getValue();
      ConfigNode value = node(events.next(), depth + 1);
      if (MERGE_KEY.equals(name) && key.isPlain()) {
        merged.addAll(mergeSources(value));
        continue;
      }
      Entry earlier = entries.putIfAbsent(name, new Entry(keyPlace, value));
      if (earlier != null) {
        throw malformed(
            keyPlace, "key \"" + name + "\" is already defined at line " + earlier.place().line());
      }
    }
    merged.forEach(source -> source.entries().forEach(entries::putIfAbsent));
    return new Mapping(place, entries, null);
  }

  private static List<Mapping> mergeSources(ConfigNode value) throws MalformedYamlException {
    if (value instanceof Mapping map) {
      return List.of(map);
    }
    if (value instanceof Sequence list) {
      List<Mapping> maps = new ArrayList<>();
      for (ConfigNode item : list.items()) {
        if (!(item instanceof Mapping map)) {
          throw malformed(item.place(), "<<: " + item.shown() + " (expected: a mapping)");
        }
        maps.add(map);
      }
      return maps;
    }
    throw malformed(value.place(), "<<: " + value.shown() + " (expected: a mapping)");
  }

  private ConfigNode scalar(ScalarEvent event, Place place) throws MalformedYamlException {
    String text = event.getValue();
    Optional<String> tag = event.getTag();
    if (tag.isEmpty()) {
      return event.isPlain() ? resolved(text, place) : string(text, place);
    }
    String name = tag.get();
    if ("!".equals(name) || name.equals(TAG_PREFIX + "str")) {
      return string(text, place);
    }
    ConfigNode node = resolved(text, place);
    Object value = node instanceof Scalar scalar ? scalar.value() : null;
    boolean fits =
        switch (name) {
          case TAG_PREFIX + "null" -> value == null;
          case TAG_PREFIX + "bool" -> value instanceof Boolean;
          case TAG_PREFIX + "int" -> value instanceof Long;
          case TAG_PREFIX + "float" -> value instanceof Long || value instanceof Double;
          default -> throw malformed(place, "tag " + name + " is not supported");
        };
    if (!fits) {
      throw malformed(place, "\"" + text + "\" (expected: " + name.replace(TAG_PREFIX, "!!") + ")");
    }
    if (name.equals(TAG_PREFIX + "float") && value instanceof Long number) {
      return new Scalar(place, number.doubleValue(), text, null);
    }
    return node;
  }

  private static ConfigNode string(String text, Place place) {
    return new Scalar(place, text, text, null);
  }

  private static ConfigNode resolved(String text, Place place) {
    Object value = YamlScalars.resolve(text);
    return value == null ? new Null(place, null) : new Scalar(place, value, text, null);
  }

  private void count(Place place, int more) throws MalformedYamlException {
    nodes += more;
    if (nodes > MAX_NODES) {
      throw malformed(place, "more than " + MAX_NODES + " values once aliases are followed");
    }
  }

  private Place at(Optional<Mark> mark) {
    if (fixed != null) {
      return fixed;
    }
    return mark.map(m -> new Place(source, m.getLine() + 1, m.getColumn() + 1))
        .orElseGet(() -> Place.startOf(source));
  }

  private static MalformedYamlException malformed(Place place, String message) {
    return new MalformedYamlException(place, message);
  }
}
