package io.millrace.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStorageTest {
  @TempDir Path directory;

  @Test
  void keepsWhatWasPutAcrossReopening() throws IOException {
    Path file = directory.resolve("s");
    try (FileStorage storage = FileStorage.open(file, false)) {
      storage.put(Map.of("a", bytes("1"), "ğ/ü", bytes("2")));
      storage.put(removal("a"));
      storage.put(Map.of("ğ/ü", bytes("3")));
    }
    try (FileStorage storage = FileStorage.open(file, false)) {
      assertThat(storage.entries()).containsOnlyKeys("ğ/ü");
      assertThat(storage.get("ğ/ü")).isEqualTo(bytes("3"));
      assertThat(storage.get("a")).isNull();
    }
  }

  @Test
  void forgetsOnlyTheChangeThatACrashCutShort() throws IOException {
    Path file = directory.resolve("s");
    long firstEnd;
    try (FileStorage storage = FileStorage.open(file, false)) {
      storage.put(Map.of("a", bytes("1")));
      firstEnd = Files.size(file);
      storage.put(Map.of("b", bytes("2"), "c", bytes("3")));
    }
    byte[] whole = Files.readAllBytes(file);
    for (int length = (int) firstEnd; length < whole.length; length++) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      try (FileStorage storage = FileStorage.open(file, false)) {
        assertThat(storage.entries()).as("cut to %d bytes", length).containsOnlyKeys("a");
        storage.put(Map.of("d", bytes("4")));
      }
      try (FileStorage storage = FileStorage.open(file, false)) {
        assertThat(storage.entries()).containsOnlyKeys("a", "d");
      }
    }
  }

  @Test
  void doesNotBelieveADamagedChange() throws IOException {
    Path file = directory.resolve("s");
    long firstEnd;
    try (FileStorage storage = FileStorage.open(file, false)) {
      storage.put(Map.of("a", bytes("1")));
      firstEnd = Files.size(file);
      storage.put(Map.of("b", bytes("2")));
    }
    try (RandomAccessFile damaged = new RandomAccessFile(file.toFile(), "rw")) {
      damaged.seek(firstEnd + 12);
      damaged.write(0x7f);
    }
    try (FileStorage storage = FileStorage.open(file, false)) {
      assertThat(storage.entries()).containsOnlyKeys("a");
    }
  }

  @Test
  void staysSmallWhenTheSameKeyChangesOften() throws IOException {
    Path file = directory.resolve("s");
    byte[] value = new byte[1000];
    try (FileStorage storage = FileStorage.open(file, false)) {
      for (int i = 0; i < 5000; i++) {
        value[0] = (byte) i;
        storage.put(Map.of("position", value));
      }
      assertThat(Files.size(file)).isLessThan(2 << 20);
    }
    try (FileStorage storage = FileStorage.open(file, false)) {
      assertThat(storage.get("position")).isEqualTo(value);
    }
  }

  @Test
  void handsOutCopies() throws IOException {
    try (FileStorage storage = FileStorage.open(directory.resolve("s"), false)) {
      byte[] mine = bytes("1");
      storage.put(Map.of("a", mine));
      mine[0] = 'x';
      storage.entries().values().forEach(value -> value[0] = 'y');
      assertThat(storage.get("a")).isEqualTo(bytes("1"));
    }
  }

  @Test
  void saysSoWhenNothingCanBeWritten() throws IOException {
    FileStorage storage = FileStorage.open(directory.resolve("s"), false);
    storage.put(Map.of("a", bytes("1")));
    storage.close();
    assertThatThrownBy(() -> storage.put(Map.of("a", bytes("2")))).isInstanceOf(IOException.class);
    assertThat(storage.get("a")).isEqualTo(bytes("1"));
  }

  private static Map<String, byte @Nullable []> removal(String key) {
    Map<String, byte @Nullable []> changes = new HashMap<>();
    changes.put(key, null);
    return changes;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
