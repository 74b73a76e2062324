package io.millrace.receiver.filelog;

import io.millrace.api.telemetry.AttributeKey;
import java.util.HashMap;
import java.util.Map;

/**
 * Keys of attributes in their encoded form, since they repeat from line to line. One thread at a
 * time.
 */
final class KeyCache {
  /** Files may bring endless new ones. */
  private static final int MAX_KEYS = 1000;

  private final Map<String, AttributeKey> keys = new HashMap<>();

  /** The key of a name. */
  AttributeKey of(String name) {
    AttributeKey key = keys.get(name);
    if (key == null) {
      if (keys.size() == MAX_KEYS) {
        keys.clear();
      }
      key = AttributeKey.of(name);
      keys.put(name, key);
    }
    return key;
  }
}
