package io.millrace.core.config;

import io.millrace.core.plugin.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;

/** The component types that the Collector's distributions have. Stateless. */
final class KnownComponents {
  private static final String LIST = "collector-components.txt";

  private KnownComponents() {}

  /** Whether the Collector has a component of that kind and type. */
  static boolean contains(Kind kind, String type) {
    String prefix = kind.id() + ":";
    try (InputStream stream =
            Objects.requireNonNull(KnownComponents.class.getResourceAsStream(LIST), LIST);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .filter(line -> line.startsWith(prefix))
          .anyMatch(
              line -> Set.of(line.substring(prefix.length()).trim().split(" ")).contains(type));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
