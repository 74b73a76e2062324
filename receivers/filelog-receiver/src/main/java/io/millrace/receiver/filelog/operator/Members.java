package io.millrace.receiver.filelog.operator;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A map in the order in which names were put first, for the few that a record has: they are looked
 * for one after the other, and an index is made when there are many. Views can be read only. One
 * thread at a time.
 */
public final class Members extends AbstractMap<String, Object> {
  private static final int MANY = 16;
  private static final int SOME = 8;
  private static final String[] NO_NAMES = {};
  private static final Object[] NO_VALUES = {};

  private String[] names = NO_NAMES;
  private Object[] values = NO_VALUES;
  private int size;
  private @Nullable Map<String, Integer> index;

  /** Makes an empty map. */
  public Members() {}

  /** Makes a map of the same values, with room for more. */
  public Members(Members other) {
    size = other.size;
    names = Arrays.copyOf(other.names, size + SOME);
    values = Arrays.copyOf(other.values, size + SOME);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public boolean containsKey(Object name) {
    return find(name) >= 0;
  }

  @Override
  public @Nullable Object get(Object name) {
    int at = find(name);
    return at < 0 ? null : values[at];
  }

  @Override
  public @Nullable Object put(String name, Object value) {
    int at = find(name);
    if (at >= 0) {
      Object old = values[at];
      values[at] = value;
      return old;
    }
    if (size == names.length) {
      int room = Math.max(SOME, 2 * size);
      names = Arrays.copyOf(names, room);
      values = Arrays.copyOf(values, room);
    }
    names[size] = name;
    values[size] = value;
    if (index != null) {
      index.put(name, size);
    }
    size++;
    return null;
  }

  @Override
  public void putAll(Map<? extends String, ?> map) {
    map.forEach(this::put);
  }

  @Override
  public @Nullable Object remove(Object name) {
    int at = find(name);
    if (at < 0) {
      return null;
    }
    Object old = values[at];
    size--;
    System.arraycopy(names, at + 1, names, at, size - at);
    System.arraycopy(values, at + 1, values, at, size - at);
    index = null;
    return old;
  }

  @Override
  public void forEach(BiConsumer<? super String, ? super Object> action) {
    for (int i = 0; i < size; i++) {
      action.accept(names[i], values[i]);
    }
  }

  @Override
  public Set<Map.Entry<String, Object>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return size;
      }

      @Override
      public Iterator<Map.Entry<String, Object>> iterator() {
        return new Entries();
      }
    };
  }

  private int find(Object name) {
    if (size > MANY) {
      return indexed(name);
    }
    int hash = name.hashCode();
    for (int i = 0; i < size; i++) {
      if (names[i].hashCode() == hash && names[i].equals(name)) {
        return i;
      }
    }
    return -1;
  }

  private int indexed(Object name) {
    Map<String, Integer> known = index;
    if (known == null) {
      known = new HashMap<>();
      for (int i = 0; i < size; i++) {
        known.put(names[i], i);
      }
      index = known;
    }
    Integer at = known.get(name);
    return at == null ? -1 : at;
  }

  private final class Entries implements Iterator<Map.Entry<String, Object>> {
    private int at;

    @Override
    public boolean hasNext() {
      return at < size;
    }

    @Override
    public Map.Entry<String, Object> next() {
      if (at >= size) {
        throw new NoSuchElementException();
      }
      at++;
      return new SimpleImmutableEntry<>(names[at - 1], values[at - 1]);
    }
  }
}
