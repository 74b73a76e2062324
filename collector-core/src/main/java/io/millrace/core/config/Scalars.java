package io.millrace.core.config;

import io.millrace.api.component.ComponentId;
import io.millrace.api.config.DataSize;
import io.millrace.api.config.Endpoint;
import io.millrace.api.config.Key;
import io.millrace.api.config.Secret;
import io.millrace.core.config.ConfigNode.Scalar;
import java.lang.reflect.Field;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns scalars into the types that stand for one value. */
final class Scalars {
  private static final Set<Class<?>> TYPES =
      Set.of(
          String.class,
          boolean.class,
          Boolean.class,
          int.class,
          Integer.class,
          long.class,
          Long.class,
          double.class,
          Double.class,
          Duration.class,
          DataSize.class,
          Secret.class,
          Endpoint.class,
          ComponentId.class,
          Path.class);

  private Scalars() {}

  /** A value does not fit; the message is {@code "text" (expected: ...)}. */
  static final class MisfitException extends Exception {
    private static final long serialVersionUID = 1L;

    MisfitException(String message) {
      super(message, null, false, false);
    }
  }

  /** Whether a type stands for one value. */
  static boolean reads(Class<?> type) {
    return TYPES.contains(type) || type.isEnum();
  }

  /**
   * Reads a node as a value.
   *
   * @throws MisfitException when it is none of that type
   */
  static Object read(Class<?> type, ConfigNode node) throws MisfitException {
    if (type == Secret.class) {
      return new Secret(text(node, "[REDACTED]"));
    }
    if (type == String.class) {
      return text(node, node.shown());
    }
    if (!(node instanceof Scalar scalar)) {
      throw misfit(node, expectation(type));
    }
    if (type.isEnum()) {
      return constant(type, scalar);
    }
    Object value = scalar.value();
    if (type == boolean.class || type == Boolean.class) {
      if (value instanceof Boolean) {
        return value;
      }
    } else if (type == int.class || type == Integer.class) {
      Long number = whole(value);
      if (number != null && number == number.intValue()) {
        return number.intValue();
      }
    } else if (type == long.class || type == Long.class) {
      Long number = whole(value);
      if (number != null) {
        return number;
      }
    } else if (type == double.class || type == Double.class) {
      if (value instanceof Number number) {
        return number.doubleValue();
      }
    } else if (type == Duration.class) {
      return duration(scalar);
    } else if (type == DataSize.class) {
      if (value instanceof Long || value instanceof String) {
        return parsed(node, type, DataSize::parse, String.valueOf(value));
      }
    } else if (value instanceof String text) {
      if (type == Endpoint.class) {
        return parsed(node, type, Endpoint::parse, text);
      }
      if (type == ComponentId.class) {
        return parsed(node, type, ComponentId::parse, text);
      }
      return path(scalar, text);
    }
    throw misfit(node, expectation(type));
  }

  /** What a type takes, in words. */
  static String expectation(Class<?> type) {
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == int.class || type == Integer.class) {
      return "a whole number from -2147483648 to 2147483647";
    }
    if (type == long.class || type == Long.class) {
      return "a whole number";
    }
    if (type == double.class || type == Double.class) {
      return "a number";
    }
    if (type == Duration.class) {
      return "a duration such as 5s, 1m30s or 200ms";
    }
    if (type == DataSize.class) {
      return "a number of bytes such as 1048576, 1MiB or 1MB";
    }
    if (type == Endpoint.class) {
      return "host:port";
    }
    if (type == ComponentId.class) {
      return "type or type/name";
    }
    if (type == Path.class) {
      return "a path";
    }
    return type.isEnum() ? Words.anyOf(constants(type).keySet()) : "text";
  }

  /** The constants of an enum by their spelling in files. */
  static Map<String, Object> constants(Class<?> type) {
    Map<String, Object> constants = new LinkedHashMap<>();
    for (Field field : type.getFields()) {
      if (field.isEnumConstant()) {
        Key key = field.getAnnotation(Key.class);
        String name = key == null ? field.getName().toLowerCase(Locale.ROOT) : key.value();
        for (Object constant : type.getEnumConstants()) {
          if (((Enum<?>) constant).name().equals(field.getName())) {
            constants.put(name, constant);
          }
        }
      }
    }
    return constants;
  }

  private static String text(ConfigNode node, String shown) throws MisfitException {
    String original = node.original();
    if (original != null) {
      return original;
    }
    if (node instanceof Scalar scalar) {
      if (scalar.isText()) {
        return scalar.text();
      }
      throw new MisfitException(shown + " (expected: text; put it in quotes)");
    }
    throw new MisfitException(shown + " (expected: text)");
  }

  private static @Nullable Long whole(Object value) {
    if (value instanceof Long number) {
      return number;
    }
    // Beyond 2^53 a double says nothing about the number that was written.
    return value instanceof Double d && d == Math.rint(d) && Math.abs(d) < 1L << 53
        ? (Long) d.longValue()
        : null;
  }

  private static Duration duration(Scalar scalar) throws MisfitException {
    if (scalar.value() instanceof Long nanos) {
      return Duration.ofNanos(nanos);
    }
    if (scalar.isText()) {
      var duration = GoDuration.parse(scalar.text());
      if (duration.isPresent()) {
        return duration.get();
      }
    }
    throw misfit(scalar, expectation(Duration.class));
  }

  private static Object constant(Class<?> type, Scalar scalar) throws MisfitException {
    Map<String, Object> constants = constants(type);
    for (Map.Entry<String, Object> constant : constants.entrySet()) {
      if (constant.getKey().equalsIgnoreCase(scalar.text())) {
        return constant.getValue();
      }
    }
    throw new MisfitException(scalar.shown() + Words.expected(scalar.text(), constants.keySet()));
  }

  private static Path path(Scalar scalar, String text) throws MisfitException {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw misfit(scalar, "a path");
    }
  }

  private static Object parsed(
      ConfigNode node, Class<?> type, Function<String, Object> parser, String text)
      throws MisfitException {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      throw new MisfitException(
          message.contains("(expected: ")
              ? message
              : type == ComponentId.class
                  ? message
                  : node.shown() + " (expected: " + expectation(type) + ")");
    }
  }

  private static MisfitException misfit(ConfigNode node, String expected) {
    return new MisfitException(node.shown() + " (expected: " + expected + ")");
  }
}
