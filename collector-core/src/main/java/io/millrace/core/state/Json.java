package io.millrace.core.state;

import java.util.Locale;

/** Writes the few JSON lines of the state directory. One thread at a time. */
final class Json {
  private final StringBuilder out = new StringBuilder();
  private boolean first = true;

  Json begin() {
    separate();
    out.append('{');
    first = true;
    return this;
  }

  Json end() {
    out.append('}');
    first = false;
    return this;
  }

  Json beginList(String name) {
    name(name);
    out.append('[');
    first = true;
    return this;
  }

  Json endList() {
    out.append(']');
    first = false;
    return this;
  }

  Json field(String name, String value) {
    name(name);
    quote(value);
    return this;
  }

  Json field(String name, long value) {
    name(name);
    out.append(value);
    return this;
  }

  /** A text in a list. */
  Json item(String value) {
    separate();
    quote(value);
    return this;
  }

  /** Begins a text that somebody else writes and ends. */
  Json beginText(String name) {
    name(name);
    out.append('"');
    return this;
  }

  /** Ends the line; the next object begins a new one. */
  Json newLine() {
    out.append('\n');
    first = true;
    return this;
  }

  boolean isEmpty() {
    return out.isEmpty();
  }

  @Override
  public String toString() {
    return out.toString();
  }

  private void name(String name) {
    separate();
    out.append('"').append(name).append("\":");
  }

  private void separate() {
    if (!first) {
      out.append(',');
    }
    first = false;
  }

  private void quote(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          // Lone surrogates would not survive UTF-8.
          if (c < 0x20 || (Character.isSurrogate(c) && !paired(text, i))) {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static boolean paired(String text, int i) {
    char c = text.charAt(i);
    return Character.isHighSurrogate(c)
        ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
  }
}
