package io.millrace.extension.filestorage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class LogStorageTest {
  @TempDir Path directory;
  private Path file = Path.of("");

  @BeforeEach
  void nameTheFile() {
    file = directory.resolve("receiver_filelog");
  }

  @Test
  void remembersWhatWasPutAfterBeingClosed() throws IOException {
    try (LogStorage storage = open()) {
      storage.put(change("a", "1"));
      storage.put(change("b", "2"));
      storage.put(change("a", "3"));
    }
    try (LogStorage storage = open()) {
      assertThat(text(storage.get("a"))).isEqualTo("3");
      assertThat(text(storage.get("b"))).isEqualTo("2");
      assertThat(storage.get("c")).isNull();
      assertThat(storage.entries()).containsOnlyKeys("a", "b");
    }
  }

  @Test
  void remembersWhatWasPutWithoutBeingClosed() throws IOException {
    try (LogStorage abandoned = open()) {
      abandoned.put(change("a", "1"));
      Path copy = directory.resolve("copy");
      Files.copy(file, copy);
      try (LogStorage storage = open(copy)) {
        assertThat(text(storage.get("a"))).isEqualTo("1");
      }
    }
  }

  @Test
  void removesKeysWhoseValueIsNull() throws IOException {
    Map<String, byte @Nullable []> changes = new LinkedHashMap<>();
    changes.put("a", null);
    changes.put("b", bytes("2"));
    try (LogStorage storage = open()) {
      storage.put(change("a", "1"));
      storage.put(changes);
    }
    try (LogStorage storage = open()) {
      assertThat(storage.entries()).containsOnlyKeys("b");
    }
  }

  @Test
  void keepsEmptyValuesApartFromRemovedOnes() throws IOException {
    try (LogStorage storage = open()) {
      storage.put(change("a", ""));
    }
    try (LogStorage storage = open()) {
      assertThat(storage.get("a")).isEmpty();
    }
  }

  @Test
  void handsOutCopies() throws IOException {
    try (LogStorage storage = open()) {
      byte[] value = bytes("abc");
      storage.put(Map.of("a", value));
      value[0] = 'x';
      byte[] read = storage.get("a");
      assertThat(read).isNotNull();
      Arrays.fill(read, (byte) 'y');
      assertThat(text(storage.get("a"))).isEqualTo("abc");
    }
  }

  @Test
  void countsAnEntryWholeOrNotAtAllWhereverTheFileIsCut() throws IOException {
    try (LogStorage storage = open()) {
      storage.put(change("first", "1"));
    }
    int kept = (int) Files.size(file);
    try (LogStorage storage = open()) {
      Map<String, byte @Nullable []> both = new LinkedHashMap<>();
      both.put("second", bytes("2"));
      both.put("third", bytes("3"));
      storage.put(both);
    }
    byte[] whole = Files.readAllBytes(file);
    for (int length = kept; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      try (LogStorage storage = open()) {
        assertThat(storage.entries()).as("cut at %d", length).containsOnlyKeys("first");
        storage.put(change("fourth", "4"));
      }
      try (LogStorage storage = open()) {
        assertThat(storage.entries()).as("cut at %d", length).containsOnlyKeys("first", "fourth");
      }
    }
  }

  @Test
  void leavesOutADamagedEntryInTheMiddleAndKeepsTheRest() throws IOException {
    try (LogStorage storage = open()) {
      storage.put(change("first", "1"));
    }
    int damaged = (int) Files.size(file);
    try (LogStorage storage = open()) {
      storage.put(change("second", "2"));
      storage.put(change("third", "3"));
    }
    byte[] content = Files.readAllBytes(file);
    content[damaged + 12] ^= 0x40;
    Files.write(file, content);
    try (LogStorage storage = open()) {
      assertThat(storage.entries()).containsOnlyKeys("first", "third");
    }
    assertThat(directory.resolve("receiver_filelog.damaged")).hasBinaryContent(content);
  }

  @Test
  void survivesRandomDamageWithoutFailing() throws IOException {
    try (LogStorage storage = open()) {
      for (int i = 0; i < 20; i++) {
        storage.put(change("key" + i, "value" + i));
      }
    }
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(7);
    for (int round = 0; round < 300; round++) {
      byte[] content = Arrays.copyOf(whole, 8 + random.nextInt(whole.length - 8));
      for (int i = 0; i < 3 && content.length > 8; i++) {
        content[8 + random.nextInt(content.length - 8)] = (byte) random.nextInt();
      }
      Files.write(file, content);
      try (LogStorage storage = open()) {
        storage
            .entries()
            .forEach(
                (key, value) ->
                    assertThat(text(value)).isEqualTo("value" + key.substring("key".length())));
      }
    }
  }

  @Test
  void staysSmallHoweverOftenAKeyIsPut() throws IOException {
    Map<String, String> expected = new HashMap<>();
    try (LogStorage storage = open()) {
      String filler = "x".repeat(1000);
      for (int i = 0; i < 5000; i++) {
        storage.put(change("key" + i % 10, filler + i));
        expected.put("key" + i % 10, filler + i);
      }
      assertThat(Files.size(file)).isLessThan(2 << 20);
    }
    try (LogStorage storage = open()) {
      Map<String, String> found = new HashMap<>();
      storage.entries().forEach((key, value) -> found.put(key, text(value)));
      assertThat(found).isEqualTo(expected);
    }
    assertThat(directory.resolve("receiver_filelog.tmp")).doesNotExist();
  }

  @Test
  void keepsWritingWhenTheWritingThreadIsInterrupted() throws IOException {
    try (LogStorage storage = open()) {
      Thread.currentThread().interrupt();
      storage.put(change("a", "1"));
      assertThat(Thread.interrupted()).isTrue();
      storage.put(change("b", "2"));
      assertThat(storage.entries()).containsOnlyKeys("a", "b");
    }
  }

  @Test
  void refusesAFileThatIsHeld() throws IOException {
    try (LogStorage held = open()) {
      held.put(change("a", "1"));
      assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("in use");
    }
  }

  @Test
  void refusesAFileThatIsNoStorage() throws IOException {
    Files.writeString(file, "something else entirely");
    assertThatThrownBy(this::open)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no Millrace storage file");
    assertThat(file).hasContent("something else entirely");
  }

  @Test
  void refusesToBeUsedOnceClosed() throws IOException {
    LogStorage storage = open();
    storage.close();
    storage.close();
    assertThatThrownBy(() -> storage.put(change("a", "1")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("closed");
  }

  private LogStorage open() throws IOException {
    return open(file);
  }

  private static LogStorage open(Path file) throws IOException {
    return LogStorage.open(
        file, false, Duration.ZERO, LoggerFactory.getLogger(LogStorageTest.class));
  }

  private static Map<String, byte @Nullable []> change(String key, String value) {
    return Map.of(key, bytes(value));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "(none)" : new String(bytes, StandardCharsets.UTF_8);
  }
}
