package io.millrace.core.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes plain values as YAML or JSON, so that {@link YamlReader} reads the same. Stateless. */
public final class DocumentWriter {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./][-A-Za-z0-9_./ +:@]*");
  private static final String INDENT = "  ";

  private DocumentWriter() {}

  /** YAML in block style. */
  public static String yaml(Map<String, ? extends @Nullable Object> document) {
    StringBuilder out = new StringBuilder();
    mapping(out, document, "");
    return out.toString();
  }

  /** JSON, indented. */
  public static String json(@Nullable Object document) {
    StringBuilder out = new StringBuilder();
    json(out, document, "");
    return out.append('\n').toString();
  }

  private static void mapping(StringBuilder out, Map<?, ?> map, String indent) {
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(indent).append(scalar(String.valueOf(entry.getKey()))).append(':');
      value(out, entry.getValue(), indent + INDENT);
    }
  }

  /** What follows a colon. */
  private static void value(StringBuilder out, @Nullable Object value, String indent) {
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      out.append('\n');
      mapping(out, map, indent);
    } else if (value instanceof List<?> list && !list.isEmpty()) {
      out.append('\n');
      items(out, list, indent);
    } else {
      out.append(' ').append(leaf(value)).append('\n');
    }
  }

  private static void items(StringBuilder out, List<?> list, String indent) {
    for (Object item : list) {
      out.append(indent).append('-');
      boolean nested =
          (item instanceof Map<?, ?> map && !map.isEmpty())
              || (item instanceof List<?> inner && !inner.isEmpty());
      if (!nested) {
        out.append(' ').append(leaf(item)).append('\n');
        continue;
      }
      StringBuilder block = new StringBuilder();
      if (item instanceof Map<?, ?> map) {
        mapping(block, map, indent + INDENT);
      } else if (item instanceof List<?> inner) {
        items(block, inner, indent + INDENT);
      }
      out.append(' ').append(block.substring(indent.length() + INDENT.length()));
    }
  }

  private static String leaf(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case Map<?, ?> _ -> "{}";
      case List<?> _ -> "[]";
      case Boolean flag -> flag.toString();
      case Double d when d.isNaN() -> ".nan";
      case Double d when d.isInfinite() -> d > 0 ? ".inf" : "-.inf";
      case Number number -> number.toString();
      default -> scalar(value.toString());
    };
  }

  private static String scalar(String text) {
    boolean plain =
        PLAIN.matcher(text).matches()
            && !text.endsWith(" ")
            && !text.endsWith(":")
            && !text.contains(": ")
            && YamlScalars.resolve(text) instanceof String;
    if (plain) {
      return text;
    }
    boolean printable = text.chars().allMatch(c -> c >= ' ' && c != 0x7f && c < 0x80);
    return printable ? "'" + text.replace("'", "''") + "'" : quoted(text);
  }

  private static void json(StringBuilder out, @Nullable Object value, String indent) {
    String inner = indent + INDENT;
    switch (value) {
      case Map<?, ?> map when !map.isEmpty() -> {
        String separator = "{\n";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          out.append(separator).append(inner).append(quoted(String.valueOf(entry.getKey())));
          out.append(": ");
          json(out, entry.getValue(), inner);
          separator = ",\n";
        }
        out.append('\n').append(indent).append('}');
      }
      case List<?> list when !list.isEmpty() -> {
        String separator = "[\n";
        for (Object item : list) {
          out.append(separator).append(inner);
          json(out, item, inner);
          separator = ",\n";
        }
        out.append('\n').append(indent).append(']');
      }
      case Double d when d.isNaN() || d.isInfinite() -> out.append(quoted(d.toString()));
      case String text -> out.append(quoted(text));
      case null, default -> out.append(leaf(value));
    }
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ' || c == 0x7f || (c >= 0x80 && c < 0xa0) || c == '\u2028' || c == '\u2029') {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append('"').toString();
  }
}
