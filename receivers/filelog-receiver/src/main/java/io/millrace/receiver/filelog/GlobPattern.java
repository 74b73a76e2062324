package io.millrace.receiver.filelog;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A pattern of paths as the Collector has it: {@code *} and {@code ?} within a name, {@code **} as
 * a whole name for any number of directories, {@code [a-z]} and {@code [^a-z]} for a character,
 * {@code {one,other}} for alternatives, a backslash to take the next character literally.
 * Immutable.
 */
final class GlobPattern {
  private static final int MAX_ALTERNATIVES = 4096;

  private final boolean absolute;
  private final List<Part> parts;

  private GlobPattern(boolean absolute, List<Part> parts) {
    this.absolute = absolute;
    this.parts = parts;
  }

  /**
   * Reads a pattern; alternatives become patterns of their own.
   *
   * @throws IllegalArgumentException when the text is none; the message says why
   */
  static List<GlobPattern> parse(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("\"\" (expected: a pattern of file names)");
    }
    List<String> alternatives = new ArrayList<>();
    expand(text, 0, alternatives);
    List<GlobPattern> patterns = new ArrayList<>(alternatives.size());
    for (String alternative : alternatives) {
      patterns.add(single(alternative));
    }
    return patterns;
  }

  static void check(String text, Consumer<String> problem) {
    try {
      parse(text);
    } catch (IllegalArgumentException e) {
      problem.accept(String.valueOf(e.getMessage()));
    }
  }

  /** Whether the pattern begins at the root. */
  boolean absolute() {
    return absolute;
  }

  List<Part> parts() {
    return parts;
  }

  /** Whether the pattern matches a path as a whole. */
  boolean matches(String path) {
    boolean anywhere = !parts.isEmpty() && parts.getFirst().anyDepth();
    boolean sameRoot = path.startsWith("/") == absolute || anywhere;
    return sameRoot && matches(0, names(path), 0);
  }

  private boolean matches(int part, List<String> names, int name) {
    if (part == parts.size()) {
      return name == names.size();
    }
    Part next = parts.get(part);
    if (next.anyDepth()) {
      for (int skip = name; skip <= names.size(); skip++) {
        if (matches(part + 1, names, skip)) {
          return true;
        }
      }
      return false;
    }
    return name < names.size()
        && next.matches(names.get(name))
        && matches(part + 1, names, name + 1);
  }

  private static GlobPattern single(String text) {
    List<Part> parts = new ArrayList<>();
    for (String name : names(text)) {
      Part part = Part.of(name);
      boolean repeated =
          part.anyDepth() && !parts.isEmpty() && parts.get(parts.size() - 1).anyDepth();
      if (!repeated) {
        parts.add(part);
      }
    }
    return new GlobPattern(text.startsWith("/"), List.copyOf(parts));
  }

  private static List<String> names(String path) {
    List<String> names = new ArrayList<>();
    int from = 0;
    while (from <= path.length()) {
      int slash = path.indexOf('/', from);
      int to = slash < 0 ? path.length() : slash;
      String name = path.substring(from, to);
      if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
      from = to + 1;
    }
    return names;
  }

  /** Takes the first alternatives apart and goes on with each result. */
  private static void expand(String text, int from, List<String> results) {
    int open = braceAt(text, from);
    if (open < 0) {
      if (results.size() >= MAX_ALTERNATIVES) {
        throw new IllegalArgumentException(
            "\"" + text + "\" has too many alternatives (expected: at most 4096)");
      }
      results.add(text);
      return;
    }
    List<String> choices = new ArrayList<>();
    int depth = 0;
    int begin = open + 1;
    for (int i = open; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '{') {
        depth++;
      } else if (c == ',' && depth == 1) {
        choices.add(text.substring(begin, i));
        begin = i + 1;
      } else if (c == '}' && --depth == 0) {
        choices.add(text.substring(begin, i));
        for (String choice : choices) {
          expand(text.substring(0, open) + choice + text.substring(i + 1), open, results);
        }
        return;
      }
    }
    throw new IllegalArgumentException("\"" + text + "\" (expected: a } for every {)");
  }

  private static int braceAt(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '{') {
        return i;
      }
    }
    return -1;
  }

  /** One name of a pattern. Immutable. */
  static final class Part {
    private final String literal;
    private final Pattern pattern;
    private final Kind kind;

    private Part(Kind kind, String literal, Pattern pattern) {
      this.kind = kind;
      this.literal = literal;
      this.pattern = pattern;
    }

    private static Part of(String name) {
      if (name.equals("**")) {
        return new Part(Kind.ANY_DEPTH, "", Pattern.compile(""));
      }
      StringBuilder literal = new StringBuilder();
      StringBuilder regex = new StringBuilder();
      boolean wild = false;
      for (int i = 0; i < name.length(); i++) {
        char c = name.charAt(i);
        switch (c) {
          case '*' -> {
            wild = true;
            // Several in a row mean the same as one, and would only cost time.
            if (!regex.toString().endsWith(".*")) {
              regex.append(".*");
            }
          }
          case '?' -> {
            wild = true;
            regex.append('.');
          }
          case '[' -> {
            wild = true;
            int close = closing(name, i);
            regex.append(characters(name.substring(i + 1, close)));
            i = close;
          }
          case '\\' -> {
            if (i + 1 == name.length()) {
              throw new IllegalArgumentException(
                  "\"" + name + "\" (expected: a character behind the backslash)");
            }
            i++;
            literal.append(name.charAt(i));
            regex.append(Pattern.quote(name.substring(i, i + 1)));
          }
          default -> {
            literal.append(c);
            regex.append(Pattern.quote(String.valueOf(c)));
          }
        }
      }
      try {
        return new Part(
            wild ? Kind.WILD : Kind.LITERAL,
            literal.toString(),
            Pattern.compile(regex.toString(), Pattern.DOTALL));
      } catch (PatternSyntaxException e) {
        throw new IllegalArgumentException("\"" + name + "\" (expected: a class like [a-z])", e);
      }
    }

    /** Whether this stands for any number of directories. */
    boolean anyDepth() {
      return kind == Kind.ANY_DEPTH;
    }

    /** Whether only the name {@link #literal} matches. */
    boolean isLiteral() {
      return kind == Kind.LITERAL;
    }

    String literal() {
      return literal;
    }

    boolean matches(String name) {
      return switch (kind) {
        case ANY_DEPTH -> true;
        case LITERAL -> literal.equals(name);
        case WILD -> pattern.matcher(name).matches();
      };
    }

    private static int closing(String name, int open) {
      int first = open + 1;
      if (first < name.length() && (name.charAt(first) == '^' || name.charAt(first) == '!')) {
        first++;
      }
      for (int i = first; i < name.length(); i++) {
        char c = name.charAt(i);
        if (c == '\\') {
          i++;
        } else if (c == ']' && i > first) {
          return i;
        }
      }
      throw new IllegalArgumentException("\"" + name + "\" (expected: a ] for every [)");
    }

    private static String characters(String inside) {
      StringBuilder regex = new StringBuilder("[");
      int i = 0;
      if (inside.startsWith("^") || inside.startsWith("!")) {
        regex.append('^');
        i = 1;
      }
      for (; i < inside.length(); i++) {
        char c = inside.charAt(i);
        if (c == '\\' && i + 1 < inside.length()) {
          i++;
          regex.append('\\').append(inside.charAt(i));
        } else if (c == '-' || Character.isLetterOrDigit(c)) {
          regex.append(c);
        } else {
          regex.append('\\').append(c);
        }
      }
      return regex.append(']').toString();
    }

    private enum Kind {
      LITERAL,
      WILD,
      ANY_DEPTH
    }
  }
}
