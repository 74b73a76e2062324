package io.millrace.core.config;

import io.millrace.api.config.Secret;
import io.millrace.core.config.ConfigNode.Mapping;
import io.millrace.core.config.RecordSchema.KeySchema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values of absent keys, as their records declare them. One thread at a time. */
final class Defaults {
  private final Binder binder;

  /**
   * Makes one.
   *
   * @param binder fills the records
   */
  Defaults(Binder binder) {
    this.binder = binder;
  }

  /**
   * The value of a key.
   *
   * @param place where it would stand, for what is missing within it
   * @return a {@link Binder.Failure} when a problem was reported
   * @throws IllegalStateException when the record does not say, or what does not fit
   */
  @Nullable Object of(KeySchema key, Place place, String path) {
    if (key.defaultText().isPresent()) {
      return declared(key, key.defaultText().get(), place, path);
    }
    if (key.nullable()) {
      return null;
    }
    Class<?> type = key.component().getType();
    if (key.isSection()) {
      return binder.record(type, Mapping.empty(place), path, null, List.of());
    }
    if (type == List.class) {
      return List.of();
    }
    if (type == Map.class) {
      return Map.of();
    }
    throw new IllegalStateException(
        key.component().getDeclaringRecord().getName()
            + ": "
            + key.name()
            + " has no default and is neither required nor nullable");
  }

  private @Nullable Object declared(KeySchema key, String text, Place place, String path) {
    Class<?> type = key.component().getType();
    if (type == String.class) {
      return unquoted(text);
    }
    if (type == Secret.class) {
      return new Secret(unquoted(text));
    }
    Diagnostics broken = new Diagnostics();
    try {
      ConfigNode node = YamlReader.readAt(text, place);
      Object value =
          key.isSection() && node instanceof Mapping
              ? binder.record(type, node, path, null, List.of())
              : new ValueBinder(new Binder(broken), broken).value(key.type(), node, path);
      if (!broken.hasErrors()) {
        return value;
      }
    } catch (MalformedYamlException e) {
      broken.error(e.place(), path, String.valueOf(e.getMessage()));
    }
    throw new IllegalStateException(
        key.component().getDeclaringRecord().getName()
            + ": default of "
            + key.name()
            + ": "
            + broken.errors());
  }

  /** A text as it stands, without the quotes that make an empty one visible. */
  private static String unquoted(String text) {
    boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
    return quoted ? text.substring(1, text.length() - 1) : text;
  }
}
