package io.millrace.core.config;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Key;
import io.millrace.api.config.NotSupported;
import io.millrace.api.config.Range;
import io.millrace.api.config.Required;
import io.millrace.api.config.Squash;
import io.millrace.api.config.Tuning;
import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a configuration record, read from its components and annotations. Immutable and
 * thread-safe.
 *
 * @param type the record
 * @param keys in order of declaration; squashed records stand as one
 */
record RecordSchema(Class<?> type, List<KeySchema> keys) {
  private static final ClassValue<RecordSchema> SCHEMAS =
      new ClassValue<>() {
        @Override
        protected RecordSchema computeValue(Class<?> type) {
          return new RecordSchema(
              type, Arrays.stream(type.getRecordComponents()).map(KeySchema::of).toList());
        }
      };

  /**
   * One component of the record.
   *
   * @param name the key
   * @param component what it fills
   * @param nullable whether absent means null
   */
  record KeySchema(String name, RecordComponent component, boolean nullable) {

    static KeySchema of(RecordComponent component) {
      Key key = component.getAnnotation(Key.class);
      // By name: a plugin may carry the annotation's class in its own loader.
      boolean nullable =
          Arrays.stream(component.getAnnotatedType().getAnnotations())
              .anyMatch(a -> "Nullable".equals(a.annotationType().getSimpleName()));
      return new KeySchema(
          key == null ? snakeCase(component.getName()) : key.value(), component, nullable);
    }

    Type type() {
      return component.getGenericType();
    }

    boolean isSection() {
      return component.getType().isRecord() && !Scalars.reads(component.getType());
    }

    boolean isSquashed() {
      return component.isAnnotationPresent(Squash.class);
    }

    boolean isRequired() {
      return component.isAnnotationPresent(Required.class);
    }

    Optional<String> defaultText() {
      return annotation(Default.class).map(Default::value);
    }

    Optional<Range> range() {
      return annotation(Range.class);
    }

    Optional<String> tuning() {
      return annotation(Tuning.class).map(Tuning::value);
    }

    Optional<String> notSupported() {
      return annotation(NotSupported.class).map(NotSupported::value);
    }

    Optional<String> doc() {
      return annotation(Doc.class).map(Doc::value);
    }

    private <A extends Annotation> Optional<A> annotation(Class<A> type) {
      return Optional.ofNullable(component.getAnnotation(type));
    }

    /** The component's value in a record. */
    @Nullable Object valueIn(Record instance) {
      try {
        Method accessor = component.getAccessor();
        accessor.setAccessible(true);
        return accessor.invoke(instance);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(component + ": not accessible", e);
      } catch (InvocationTargetException e) {
        throw new IllegalStateException(component + ": " + e.getCause(), e);
      }
    }
  }

  RecordSchema {
    keys = List.copyOf(keys);
  }

  static RecordSchema of(Class<?> type) {
    return SCHEMAS.get(type);
  }

  /** Every key that may stand in the record's mapping, squashed ones included. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    for (KeySchema key : keys) {
      if (key.isSquashed()) {
        names.addAll(of(key.component().getType()).names());
      } else {
        names.add(key.name());
      }
    }
    return names;
  }

  /**
   * Makes an instance.
   *
   * @throws IllegalArgumentException when the record's constructor refuses the values
   */
  Record create(@Nullable Object[] values) {
    Class<?>[] types = keys.stream().map(k -> k.component().getType()).toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return (Record) constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IllegalArgumentException refused) {
        throw refused;
      }
      throw new IllegalStateException(type.getName() + ": " + cause, e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type.getName() + ": cannot be created", e);
    }
  }

  static String snakeCase(String name) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isUpperCase(c)) {
        text.append('_');
      }
      text.append(c);
    }
    return text.toString().toLowerCase(Locale.ROOT);
  }
}
