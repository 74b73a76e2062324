package io.millrace.exporter.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

final class KeyHashTest {

  /** FNV-1a's published test vectors: "" 811c9dc5, "a" e40c292c, "foobar" bf9cf968. */
  @Test
  void hashesAsSaramaDoes() {
    assertThat(sarama("", 1000)).isEqualTo(Math.abs(0x811c9dc5 % 1000));
    assertThat(sarama("a", 1000)).isEqualTo(Math.abs(0xe40c292c % 1000));
    assertThat(sarama("foobar", 7)).isEqualTo(Math.abs(0xbf9cf968 % 7));
  }

  @Test
  void hashesAsKafkasOwnClientDoes() {
    for (int i = 0; i < 100; i++) {
      byte[] key = ("key-" + i).getBytes(StandardCharsets.UTF_8);
      assertThat(KeyHash.MURMUR2.partition(key, 12))
          .isEqualTo(BuiltInPartitioner.partitionForKey(key, 12));
    }
  }

  @Test
  void staysWithinThePartitions() {
    for (KeyHash hash : KeyHash.values()) {
      for (int i = 0; i < 1000; i++) {
        assertThat(hash.partition(("k" + i).getBytes(StandardCharsets.UTF_8), 3)).isBetween(0, 2);
      }
    }
  }

  private static int sarama(String key, int partitions) {
    return KeyHash.SARAMA_COMPAT.partition(key.getBytes(StandardCharsets.UTF_8), partitions);
  }
}
