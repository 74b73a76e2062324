package io.millrace.core.config;

import io.millrace.core.config.ConfigNode.Broken;
import io.millrace.core.config.ConfigNode.Entry;
import io.millrace.core.config.ConfigNode.Mapping;
import io.millrace.core.config.ConfigNode.Null;
import io.millrace.core.config.ConfigNode.Scalar;
import io.millrace.core.config.ConfigNode.Sequence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * Replaces <code>${scheme:what}</code> in values, inner first, by the Collector's rules (confmap's
 * README): a scalar that is nothing but one reference becomes whatever the reference yields, within
 * longer text its original text is spliced in; <code>$$</code> stands for one dollar sign and is
 * resolved once, at the end. Bounded in rounds, references and size. One thread at a time.
 */
final class Expander {
  private static final int MAX_ROUNDS = 1000;
  private static final int MAX_REFERENCES = 50_000;
  private static final String OPEN = "${";

  private final ConfigSources sources;
  private final Environment environment;
  private final Diagnostics diagnostics;
  private int references;

  /**
   * What a reference yields.
   *
   * @param node the parsed value
   * @param text as it was before parsing
   */
  private record Retrieved(ConfigNode node, String text) {}

  /** A reference cannot be resolved. */
  private static final class UnresolvedException extends Exception {
    private static final long serialVersionUID = 1L;

    UnresolvedException(String message) {
      super(message, null, false, false);
    }
  }

  Expander(ConfigSources sources, Environment environment, Diagnostics diagnostics) {
    this.sources = sources;
    this.environment = environment;
    this.diagnostics = diagnostics;
  }

  /** The tree with every reference replaced; what cannot be is reported and {@link Broken}. */
  ConfigNode expand(ConfigNode root) {
    return unescape(expand(root, "", 0));
  }

  private ConfigNode expand(ConfigNode node, String path, int depth) {
    if (depth > YamlReader.MAX_DEPTH) {
      diagnostics.error(node.place(), path, "too many recursive expansions");
      return new Broken(node.place());
    }
    return switch (node) {
      case Scalar scalar when scalar.isText() && isCandidate(scalar.text()) ->
          expandText(scalar, path, depth);
      case Scalar scalar -> scalar.withOriginal(expandOriginal(scalar));
      case Null empty -> new Null(empty.place(), expandOriginal(empty));
      case Broken broken -> broken;
      case Sequence list -> {
        List<ConfigNode> items = new ArrayList<>(list.items().size());
        for (int i = 0; i < list.items().size(); i++) {
          items.add(expand(list.items().get(i), path + "[" + i + "]", depth + 1));
        }
        yield new Sequence(list.place(), items, expandOriginal(list));
      }
      case Mapping map -> {
        Map<String, Entry> entries = new LinkedHashMap<>();
        map.entries()
            .forEach(
                (key, entry) -> {
                  ConfigNode value = expand(entry.value(), joined(path, key), depth + 1);
                  entries.put(key, new Entry(entry.place(), value));
                });
        yield new Mapping(map.place(), entries, expandOriginal(map));
      }
    };
  }

  private ConfigNode expandText(Scalar scalar, String path, int depth) {
    Place place = scalar.place();
    String text = scalar.text();
    boolean changed = false;
    try {
      for (int round = 0; round < MAX_ROUNDS; round++) {
        String reference = nextReference(text);
        if (reference == null) {
          return changed ? Scalar.text(place, text) : scalar;
        }
        changed = true;
        Retrieved retrieved = retrieve(reference, place, path);
        if (reference.length() < text.length()) {
          text = spliced(text, reference, retrieved.text());
          continue;
        }
        ConfigNode node = retrieved.node();
        if (!(node instanceof Scalar inner && inner.isText())) {
          return expand(withOriginal(node, retrieved.text()), path, depth + 1);
        }
        text = inner.text();
      }
      throw new UnresolvedException("too many recursive expansions");
    } catch (UnresolvedException e) {
      diagnostics.error(place, path, String.valueOf(e.getMessage()));
      return new Broken(place);
    }
  }

  /** The original text with its own references replaced; null when one cannot be. */
  private @Nullable String expandOriginal(ConfigNode node) {
    String text = node.original();
    if (text == null || !isCandidate(text)) {
      return text;
    }
    try {
      for (int round = 0; round < MAX_ROUNDS; round++) {
        String reference = nextReference(text);
        if (reference == null) {
          return text;
        }
        text = spliced(text, reference, retrieve(reference, node.place(), null).text());
      }
    } catch (UnresolvedException e) {
      return null;
    }
    return null;
  }

  private static String spliced(String text, String reference, String replacement)
      throws UnresolvedException {
    String result = text.replace(reference, replacement);
    if (result.length() > YamlReader.MAX_CHARS) {
      throw new UnresolvedException(
          "the expanded text has more than " + YamlReader.MAX_CHARS + " characters");
    }
    return result;
  }

  /** The first innermost reference that is not escaped; null when there is none. */
  private static @Nullable String nextReference(String text) {
    int from = 0;
    for (int close = text.indexOf('}'); close >= 0; close = text.indexOf('}', from)) {
      int open = text.lastIndexOf(OPEN, close);
      if (open >= from) {
        int dollars = 0;
        while (open - dollars > from && text.charAt(open - dollars - 1) == '$') {
          dollars++;
        }
        if (dollars % 2 == 0) {
          return text.substring(open, close + 1);
        }
      }
      from = close + 1;
    }
    return null;
  }

  private Retrieved retrieve(String reference, Place place, @Nullable String path)
      throws UnresolvedException {
    if (++references > MAX_REFERENCES) {
      throw new UnresolvedException("too many recursive expansions");
    }
    String uri = reference.substring(OPEN.length(), reference.length() - 1);
    if (uri.indexOf(':') < 0) {
      return variable(uri, place, path);
    }
    Matcher matcher = ConfigSources.URI.matcher(uri);
    if (!matcher.matches()) {
      throw new UnresolvedException(
          "invalid uri: \"" + uri + "\" (expected: ${env:NAME}, ${file:PATH} or ${yaml:TEXT})");
    }
    String scheme = matcher.group(1);
    String rest = matcher.group(2);
    if (rest.indexOf('$') >= 0) {
      throw new UnresolvedException(
          "the uri \"" + uri + "\" contains unsupported characters ('$')");
    }
    return switch (scheme) {
      case "env" -> variable(rest, place, path);
      case "yaml" -> parsed(rest, place);
      case "file" -> file(rest, place, path);
      default -> {
        String message = ConfigSources.unknownScheme(scheme, uri);
        throw new UnresolvedException(
            rest.startsWith("-")
                ? message.substring(0, message.length() - 1)
                    + "; did you mean \"${env:"
                    + uri
                    + "}\"?)"
                : message);
      }
    };
  }

  private Retrieved variable(String text, Place place, @Nullable String path)
      throws UnresolvedException {
    int separator = text.indexOf(":-");
    String name = separator < 0 ? text : text.substring(0, separator);
    if (!ConfigSources.VARIABLE.matcher(name).matches()) {
      throw new UnresolvedException(
          "environment variable \""
              + name
              + "\" has invalid name (expected: must match regex ^"
              + ConfigSources.VARIABLE.pattern()
              + "$)");
    }
    Optional<String> value = environment.variable(name);
    if (value.isPresent()) {
      Retrieved retrieved = parsed(value.get(), place);
      conceal(retrieved, "${env:" + name + "}");
      return retrieved;
    }
    if (separator < 0) {
      if (path != null) {
        diagnostics.warning(
            place, path, "environment variable \"" + name + "\" is not set; read as empty");
      }
      return parsed("", place);
    }
    String fallback = text.substring(separator + 2);
    return fallback.isEmpty() ? new Retrieved(Scalar.text(place, ""), "") : parsed(fallback, place);
  }

  private static Retrieved parsed(String text, Place place) {
    try {
      return retrieved(YamlReader.readAt(text, place), text, place);
    } catch (MalformedYamlException e) {
      return new Retrieved(Scalar.text(place, text), text);
    }
  }

  private Retrieved file(String name, Place place, @Nullable String path)
      throws UnresolvedException {
    String text;
    try {
      text = sources.readFile(name);
    } catch (IOException e) {
      throw new UnresolvedException(
          "\"" + name + "\": unable to read the file: " + ConfigSources.reason(e));
    }
    String lower = name.toLowerCase(Locale.ROOT);
    try {
      ConfigNode node = YamlReader.read(text, sources.source(name));
      Retrieved retrieved = retrieved(node, withoutLastLineBreak(text), place);
      if (node instanceof Scalar) {
        conceal(retrieved, "${file:" + name + "}");
      }
      return retrieved;
    } catch (MalformedYamlException e) {
      if (path != null && (lower.endsWith(".yaml") || lower.endsWith(".yml"))) {
        diagnostics.warning(e.place(), "", e.getMessage() + "; the file is taken as plain text");
      }
      String plain = withoutLastLineBreak(text);
      Retrieved retrieved = new Retrieved(Scalar.text(place, plain), plain);
      conceal(retrieved, "${file:" + name + "}");
      return retrieved;
    }
  }

  /** Messages show the reference, not what it yields: it may be a secret at the wrong key. */
  private void conceal(Retrieved retrieved, String reference) {
    diagnostics.redaction().conceal(retrieved.text(), reference);
    concealTexts(retrieved.node(), reference);
  }

  private void concealTexts(ConfigNode node, String reference) {
    switch (node) {
      case Scalar scalar when scalar.isText() ->
          diagnostics.redaction().conceal(scalar.text(), reference);
      case Sequence list -> list.items().forEach(item -> concealTexts(item, reference));
      case Mapping map ->
          map.entries().values().forEach(entry -> concealTexts(entry.value(), reference));
      case Scalar _, Null _, Broken _ -> {}
    }
  }

  /** A parsed text; a string stands for its whole text, quotes included. */
  private static Retrieved retrieved(ConfigNode node, String text, Place place) {
    boolean string = node instanceof Scalar scalar && scalar.isText();
    return new Retrieved(string ? Scalar.text(place, text) : node, text);
  }

  private static String withoutLastLineBreak(String text) {
    String trimmed = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    return trimmed.endsWith("\r") ? trimmed.substring(0, trimmed.length() - 1) : trimmed;
  }

  private static ConfigNode withOriginal(ConfigNode node, String text) {
    return switch (node) {
      case Scalar s -> s.withOriginal(text);
      case Sequence s -> new Sequence(s.place(), s.items(), text);
      case Mapping m -> new Mapping(m.place(), m.entries(), text);
      case Null n -> new Null(n.place(), text);
      case Broken b -> b;
    };
  }

  /** Resolves <code>$$</code> in every text, keys excepted. */
  private static ConfigNode unescape(ConfigNode node) {
    UnaryOperator<String> once = text -> text.replace("$$", "$");
    String original = node.original() == null ? null : once.apply(node.original());
    return switch (node) {
      case Scalar s when s.isText() -> {
        String text = once.apply(s.text());
        yield new Scalar(s.place(), text, text, original);
      }
      case Scalar s -> s.withOriginal(original);
      case Sequence s ->
          new Sequence(s.place(), s.items().stream().map(Expander::unescape).toList(), original);
      case Mapping m -> {
        Map<String, Entry> entries = new LinkedHashMap<>();
        m.entries()
            .forEach((key, e) -> entries.put(key, new Entry(e.place(), unescape(e.value()))));
        yield new Mapping(m.place(), entries, original);
      }
      case Null n -> new Null(n.place(), original);
      case Broken b -> b;
    };
  }

  private static boolean isCandidate(String text) {
    return text.contains(OPEN) && text.indexOf('}') >= 0;
  }

  static String joined(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
