package io.millrace.api.storage;

import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A small persistent map of one component: checkpoints, epochs. Thread-safe. Meant for up to some
 * ten thousand keys and values below 64 KiB.
 */
public interface Storage {

  /** The value of a key, or null. */
  byte @Nullable [] get(String key) throws IOException;

  /** All keys and values; a copy. */
  Map<String, byte[]> entries() throws IOException;

  /**
   * Sets keys, or removes those whose value is null, all or nothing. Survives the death of the
   * process when it returns; survives a power failure if the storage is configured to fsync.
   *
   * @throws IOException when nothing was written
   */
  void put(Map<String, byte @Nullable []> changes) throws IOException;

  /**
   * Whether damage was found when it was opened: the latest changes of some keys may be missing, so
   * that they have older values or none. Whoever counts with what it stored must not count on from
   * there.
   */
  default boolean isDamaged() {
    return false;
  }
}
