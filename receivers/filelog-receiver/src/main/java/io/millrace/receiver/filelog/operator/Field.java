package io.millrace.receiver.filelog.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A place in an entry: {@code body}, {@code body.a.b}, {@code attributes["k.e.y"]}, {@code
 * resource.x}. Immutable.
 *
 * @param root body, attributes or resource
 * @param keys the way from there; empty for all of it
 */
record Field(Root root, List<String> keys) {
  static final Field BODY = new Field(Root.BODY, List.of());
  static final Field ATTRIBUTES = new Field(Root.ATTRIBUTES, List.of());

  /** The parts of an entry. */
  enum Root {
    BODY,
    ATTRIBUTES,
    RESOURCE
  }

  Field {
    keys = List.copyOf(keys);
  }

  /**
   * Reads a field.
   *
   * @throws IllegalArgumentException when the text is none; the message says why
   */
  static Field parse(String text) {
    List<String> names = names(text);
    List<String> keys = names.subList(1, names.size());
    return switch (names.getFirst()) {
      case "body" -> new Field(Root.BODY, keys);
      case "attributes" -> new Field(Root.ATTRIBUTES, keys);
      case "resource" -> new Field(Root.RESOURCE, keys);
      default ->
          throw new IllegalArgumentException(
              "\"" + text + "\" (expected: body, attributes.<key> or resource.<key>)");
    };
  }

  boolean isRoot() {
    return keys.isEmpty();
  }

  boolean exists(Entry entry) {
    if (isRoot()) {
      return true;
    }
    Map<String, Object> parent = parent(entry);
    return parent != null && parent.containsKey(keys.getLast());
  }

  @Nullable Object get(Entry entry) {
    if (isRoot()) {
      return top(entry);
    }
    Map<String, Object> parent = parent(entry);
    return parent == null ? null : parent.get(keys.getLast());
  }

  /**
   * Sets the field. A map is merged into what is there; what is in the way is replaced.
   *
   * @throws OperatorException when all attributes or the whole resource should be no map
   */
  void set(Entry entry, @Nullable Object given) throws OperatorException {
    Object value = root == Root.RESOURCE ? Values.owned(given) : given;
    Map<String, Object> map = Values.asMap(value);
    if (map != null) {
      map(entry).putAll(map);
      return;
    }
    if (isRoot()) {
      if (root != Root.BODY) {
        throw new OperatorException(this + " cannot be " + Values.typeOf(value));
      }
      entry.body(value);
      return;
    }
    Map<String, Object> target = topMap(entry);
    for (String key : keys.subList(0, keys.size() - 1)) {
      target = nested(target, key);
    }
    Values.put(target, keys.getLast(), value);
  }

  /**
   * The map that the field is, to be put into; what is no map is replaced. Whoever puts into the
   * resource puts {@link Values#owned} values.
   */
  Map<String, Object> map(Entry entry) {
    Map<String, Object> map = topMap(entry);
    for (String key : keys) {
      map = nested(map, key);
    }
    return map;
  }

  /** Removes the field; returns what it was. */
  @Nullable Object remove(Entry entry) {
    if (isRoot()) {
      Object old = top(entry);
      switch (root) {
        case BODY -> entry.body(null);
        case ATTRIBUTES -> entry.attributes(new Members());
        case RESOURCE -> entry.resource(new Members());
      }
      return old;
    }
    Map<String, Object> parent = parent(entry);
    return parent == null ? null : parent.remove(keys.getLast());
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    switch (root) {
      case BODY -> text.append("body");
      case ATTRIBUTES -> text.append("attributes");
      case RESOURCE -> text.append("resource");
    }
    for (String key : keys) {
      if (key.indexOf('.') >= 0) {
        text.append("[\"").append(key).append("\"]");
      } else {
        text.append('.').append(key);
      }
    }
    return text.toString();
  }

  private @Nullable Object top(Entry entry) {
    return switch (root) {
      case BODY -> entry.body();
      case ATTRIBUTES -> entry.attributes();
      case RESOURCE -> entry.resource();
    };
  }

  private Map<String, Object> topMap(Entry entry) {
    Map<String, Object> map = Values.asMap(top(entry));
    if (map == null) {
      map = new Members();
      entry.body(map);
    }
    return map;
  }

  private @Nullable Map<String, Object> parent(Entry entry) {
    Map<String, Object> map = Values.asMap(top(entry));
    for (int i = 0; i < keys.size() - 1 && map != null; i++) {
      map = Values.asMap(map.get(keys.get(i)));
    }
    return map;
  }

  private static Map<String, Object> nested(Map<String, Object> map, String key) {
    Map<String, Object> inner = Values.asMap(map.get(key));
    if (inner == null) {
      inner = new Members();
      map.put(key, inner);
    }
    return inner;
  }

  private static List<String> names(String text) {
    List<String> names = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      if (text.charAt(at) == '[') {
        char quote = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
        int close = text.indexOf(quote + "]", at + 2);
        if ((quote != '"' && quote != '\'') || close < 0) {
          throw new IllegalArgumentException(
              "\"" + text + "\" (expected: a quoted key in brackets, such as [\"key\"])");
        }
        names.add(text.substring(at + 2, close));
        at = close + 2;
        if (at < text.length() && text.charAt(at) != '.' && text.charAt(at) != '[') {
          throw new IllegalArgumentException(
              "\"" + text + "\" (expected: a dot or a bracket behind ])");
        }
        if (at < text.length() && text.charAt(at) == '.') {
          at++;
        }
        continue;
      }
      int end = at;
      while (end < text.length() && text.charAt(end) != '.' && text.charAt(end) != '[') {
        end++;
      }
      names.add(text.substring(at, end));
      at = end < text.length() && text.charAt(end) == '.' ? end + 1 : end;
    }
    if (names.isEmpty() || names.contains("")) {
      throw new IllegalArgumentException("\"" + text + "\" (expected: names with dots between)");
    }
    return names;
  }
}
