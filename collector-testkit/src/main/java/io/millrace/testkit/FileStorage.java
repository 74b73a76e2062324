package io.millrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.api.storage.Storage;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A storage in one file, for tests that start a component in several processes one after the other.
 * Thread-safe.
 */
public final class FileStorage implements Storage {
  private final Path file;
  private final Map<String, byte[]> values = new HashMap<>();

  /**
   * Opens a storage.
   *
   * @param file made at the first put when absent
   */
  public FileStorage(Path file) throws IOException {
    this.file = file;
    if (Files.exists(file)) {
      Properties lines = new Properties();
      lines.load(new StringReader(Files.readString(file)));
      lines.forEach((key, value) -> values.put(decode(key), bytes(value)));
    }
  }

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
    Map<String, byte[]> next = new HashMap<>(values);
    for (Map.Entry<String, byte @Nullable []> change : changes.entrySet()) {
      byte[] value = change.getValue();
      if (value == null) {
        next.remove(change.getKey());
      } else {
        next.put(change.getKey(), value.clone());
      }
    }
    String text =
        next.entrySet().stream()
            .map(entry -> text(entry.getKey().getBytes(UTF_8)) + "=" + text(entry.getValue()))
            .collect(Collectors.joining("\n"));
    Path written = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(written, text);
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    values.clear();
    values.putAll(next);
  }

  private static String text(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] bytes(Object text) {
    return Base64.getUrlDecoder().decode(text.toString());
  }

  private static String decode(Object key) {
    return new String(bytes(key), UTF_8);
  }
}
