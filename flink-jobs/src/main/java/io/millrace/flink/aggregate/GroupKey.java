package io.millrace.flink.aggregate;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The values of a group as a key of a hash map. {@link #set} and {@link #seal} let one instance be
 * used for looking up without allocation. One thread at a time.
 */
final class GroupKey {

  private final @Nullable String[] values;
  private int hash;

  GroupKey(int size) {
    this.values = new @Nullable String[size];
  }

  private GroupKey(@Nullable String[] values, int hash) {
    this.values = values;
    this.hash = hash;
  }

  void set(int index, @Nullable String value) {
    values[index] = value;
  }

  /** To be called after the last {@link #set}. */
  void seal() {
    hash = Arrays.hashCode(values);
  }

  GroupKey copy() {
    return new GroupKey(values.clone(), hash);
  }

  /** Nobody changes the array of a copy. */
  @Nullable String[] values() {
    return values;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GroupKey groupKey
        && hash == groupKey.hash
        && Arrays.equals(values, groupKey.values);
  }

  /** The same in every JVM, as it decides where a group is counted. */
  @Override
  public int hashCode() {
    return hash;
  }
}
