package io.millrace.receiver.filelog;

import io.millrace.api.storage.Storage;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A storage that outlives receivers, and fails on demand. Thread-safe. */
final class MemoryStorage implements Storage {
  private final Map<String, byte[]> entries = new HashMap<>();
  private boolean failing;
  private int puts;

  synchronized void fail(boolean fails) {
    failing = fails;
  }

  synchronized int puts() {
    return puts;
  }

  @Override
  public synchronized byte @Nullable [] get(String key) {
    return entries.get(key);
  }

  @Override
  public synchronized Map<String, byte[]> entries() {
    return new HashMap<>(entries);
  }

  @Override
  public synchronized void put(Map<String, byte @Nullable []> changes) throws IOException {
    if (failing) {
      throw new IOException("the storage fails because the test wants it");
    }
    puts++;
    for (Map.Entry<String, byte @Nullable []> change : changes.entrySet()) {
      byte[] value = change.getValue();
      if (value == null) {
        entries.remove(change.getKey());
      } else {
        entries.put(change.getKey(), value.clone());
      }
    }
  }
}
