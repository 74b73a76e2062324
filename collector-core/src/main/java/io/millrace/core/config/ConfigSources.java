package io.millrace.core.config;

import io.millrace.core.config.ConfigNode.Mapping;
import io.millrace.core.config.ConfigNode.Null;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what {@code --config} and {@code --set} name. One thread at a time. */
final class ConfigSources {
  static final Pattern URI = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):(.*)", Pattern.DOTALL);
  static final Pattern VARIABLE = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
  private static final int MAX_LABEL = 60;

  private final Environment environment;
  private final Diagnostics diagnostics;
  private int order;

  ConfigSources(Environment environment, Diagnostics diagnostics) {
    this.environment = environment;
    this.diagnostics = diagnostics;
  }

  /** The next source's name and position. */
  Place.Source source(String name) {
    return new Place.Source(name, order++);
  }

  /** Reads a {@code --config} value: a path, or a URI of a known scheme. Null when that failed. */
  @Nullable ConfigNode config(String location) {
    Matcher uri = URI.matcher(location);
    if (!uri.matches()) {
      return file(location);
    }
    String scheme = uri.group(1);
    String rest = uri.group(2);
    return switch (scheme) {
      case "file" -> file(rest);
      case "yaml" -> document(rest, source("--config " + shortened(location)));
      case "env" -> variable(rest);
      default -> {
        diagnostics.error(
            Place.of(source("--config " + shortened(location))),
            "",
            unknownScheme(scheme, location));
        yield null;
      }
    };
  }

  /** Reads a {@code --set} value: {@code a.b.c=value}. Null when that failed. */
  @Nullable ConfigNode setting(String text) {
    int equals = text.indexOf('=');
    Place place =
        Place.of(source("--set " + shortened(equals < 0 ? text : text.substring(0, equals))));
    if (equals < 0) {
      diagnostics.error(place, "", "missing equal sign (expected: key.path=value)");
      return null;
    }
    List<String> path = List.of(text.substring(0, equals).trim().split("\\.", -1));
    if (path.contains("")) {
      diagnostics.error(place, "", "an empty key (expected: key.path=value)");
      return null;
    }
    try {
      ConfigNode value = YamlReader.readAt(text.substring(equals + 1), place);
      return TreeMerge.unfold(TreeMerge.nested(path, place, value));
    } catch (MalformedYamlException e) {
      diagnostics.error(place, "", String.valueOf(e.getMessage()));
      return null;
    }
  }

  static String unknownScheme(String scheme, String uri) {
    if ("http".equals(scheme) || "https".equals(scheme)) {
      return "configuration from \""
          + uri
          + "\" is not supported (expected: one of env, file, yaml)";
    }
    return "scheme \""
        + scheme
        + "\" is not supported for uri \""
        + uri
        + "\" (expected: one of env, file, yaml)";
  }

  private @Nullable ConfigNode variable(String name) {
    Place.Source source = source("env:" + name);
    Optional<String> text = environment.variable(name);
    if (text.isEmpty()) {
      diagnostics.error(Place.of(source), "", "environment variable is not set");
      return null;
    }
    return document(text.get(), source);
  }

  private @Nullable ConfigNode file(String name) {
    Place.Source source = source(name);
    try {
      return document(readFile(name), source);
    } catch (IOException e) {
      diagnostics.error(Place.of(source), "", "unable to read the file: " + reason(e));
      return null;
    }
  }

  private @Nullable ConfigNode document(String text, Place.Source source) {
    try {
      ConfigNode node = YamlReader.read(text, source);
      if (node instanceof Null) {
        return Mapping.empty(Place.startOf(source));
      }
      if (node instanceof Mapping) {
        return TreeMerge.unfold(node);
      }
      diagnostics.error(
          node.place(), "", node.shown() + " (expected: a mapping with the key service)");
    } catch (MalformedYamlException e) {
      diagnostics.error(e.place(), "", String.valueOf(e.getMessage()));
    }
    return null;
  }

  /**
   * Reads a text file.
   *
   * @throws IOException also when it is too large or no UTF-8
   */
  String readFile(String name) throws IOException {
    Path path;
    try {
      path = environment.directory().resolve(name);
    } catch (InvalidPathException e) {
      throw new IOException("no valid path", e);
    }
    long size = Files.size(path);
    if (size > YamlReader.MAX_CHARS) {
      throw new IOException(size + " bytes (expected: at most " + YamlReader.MAX_CHARS + ")");
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(Files.readAllBytes(path)))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IOException("no valid UTF-8", e);
    }
  }

  /** Why a file cannot be read, without its name. */
  static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "no such file";
      case java.nio.file.AccessDeniedException _ -> "permission denied";
      case java.nio.file.FileSystemException f when f.getReason() != null -> f.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }

  private static String shortened(String text) {
    return text.length() > MAX_LABEL ? text.substring(0, MAX_LABEL) + "..." : text;
  }
}
