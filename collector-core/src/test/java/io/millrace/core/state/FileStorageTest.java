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
      assertThat(storage.isDamaged()).isTrue();
    }
  }

  @Test
  void goesOnBehindADamagedChangeAndFindsItOnlyOnce() throws IOException {
    Path file = directory.resolve("s");
    long secondEnd;
    try (FileStorage storage = FileStorage.open(file, false)) {
      storage.put(Map.of("a", bytes("1"), "b", bytes("1")));
      storage.put(Map.of("a", bytes("2")));
      secondEnd = Files.size(file);
      storage.put(Map.of("b", bytes("2")));
      storage.put(Map.of("c", bytes("2")));
      assertThat(storage.isDamaged()).isFalse();
    }
    byte[] whole = Files.readAllBytes(file);
    whole[(int) secondEnd - 1] ^= 1;
    Files.write(file, whole);
    for (boolean damaged : new boolean[] {true, false}) {
      try (FileStorage storage = FileStorage.open(file, false)) {
        assertThat(storage.get("a")).isEqualTo(bytes("1"));
        assertThat(storage.get("b")).isEqualTo(bytes("2"));
        assertThat(storage.get("c")).isEqualTo(bytes("2"));
        assertThat(storage.isDamaged()).isEqualTo(damaged);
      }
    }
  }

  /** Whatever bytes are flipped: it opens, takes changes, and keeps them. */
  @Test
  void survivesRandomDamage() throws IOException {
    Path file = directory.resolve("s");
    try (FileStorage storage = FileStorage.open(file, false)) {
      for (int i = 0; i < 50; i++) {
        storage.put(Map.of("k" + i % 7, bytes("v" + i)));
      }
    }
    byte[] whole = Files.readAllBytes(file);
    java.util.Random random = new java.util.Random(11);
    for (int round = 0; round < 200; round++) {
      byte[] flipped = whole.clone();
      for (int i = 0; i <= round % 5; i++) {
        flipped[random.nextInt(flipped.length)] ^= (byte) (1 + random.nextInt(255));
      }
      Files.write(file, flipped);
      try (FileStorage storage = FileStorage.open(file, false)) {
        assertThat(storage.isDamaged()).isTrue();
        assertThat(storage.entries().values())
            .allSatisfy(
                value -> assertThat(new String(value, StandardCharsets.UTF_8)).startsWith("v"));
        storage.put(Map.of("new", bytes("x")));
      }
      try (FileStorage storage = FileStorage.open(file, false)) {
        assertThat(storage.get("new")).isEqualTo(bytes("x"));
        assertThat(storage.isDamaged()).isFalse();
      }
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
