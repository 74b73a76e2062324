package io.millrace.core.component;

import io.millrace.api.storage.Storage;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A part of a storage, of one of several instances with the same id. Thread-safe. */
final class PrefixedStorage implements Storage {
  private final Storage whole;
  private final String prefix;

  PrefixedStorage(Storage whole, String prefix) {
    this.whole = whole;
    this.prefix = prefix;
  }

  @Override
  public byte @Nullable [] get(String key) throws IOException {
    return whole.get(prefix + key);
  }

  @Override
  public Map<String, byte[]> entries() throws IOException {
    Map<String, byte[]> own = new HashMap<>();
    whole
        .entries()
        .forEach(
            (key, value) -> {
              if (key.startsWith(prefix)) {
                own.put(key.substring(prefix.length()), value);
              }
            });
    return own;
  }

  @Override
  public void put(Map<String, byte @Nullable []> changes) throws IOException {
    Map<String, byte @Nullable []> prefixed = new HashMap<>();
    changes.forEach((key, value) -> prefixed.put(prefix + key, value));
    whole.put(prefixed);
  }

  @Override
  public boolean isDamaged() {
    return whole.isDamaged();
  }
}
