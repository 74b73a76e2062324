package io.millrace.testkit;

import io.millrace.api.storage.Storage;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A storage that lives as long as the test. Thread-safe. */
public final class MemoryStorage implements Storage {
  private final Map<String, byte[]> values = new HashMap<>();
  private int failures;
  private int puts;
  private boolean damaged;

  @Override
  public synchronized byte @Nullable [] get(String key) {
    byte[] value = values.get(key);
    return value == null ? null : value.clone();
  }

  @Override
  public synchronized Map<String, byte[]> entries() {
    Map<String, byte[]> copy = new HashMap<>();
    values.forEach((key, value) -> copy.put(key, value.clone()));
    return copy;
  }

  @Override
  public synchronized void put(Map<String, byte @Nullable []> changes) throws IOException {
    if (failures > 0) {
      failures--;
      throw new IOException("No space left on device");
    }
    puts++;
    for (Map.Entry<String, byte @Nullable []> change : changes.entrySet()) {
      byte[] value = change.getValue();
      if (value == null) {
        values.remove(change.getKey());
      } else {
        values.put(change.getKey(), value.clone());
      }
    }
  }

  @Override
  public synchronized boolean isDamaged() {
    return damaged;
  }

  /** Says from now on that damage was found. */
  public synchronized void damage() {
    damaged = true;
  }

  /** Has the next {@code times} puts fail, as on a full disk. */
  public synchronized void failNext(int times) {
    failures = times;
  }

  /** Number of puts that succeeded. */
  public synchronized int puts() {
    return puts;
  }
}
