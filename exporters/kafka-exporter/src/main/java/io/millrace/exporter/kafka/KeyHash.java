package io.millrace.exporter.kafka;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;

/** How a key becomes a partition. */
public enum KeyHash {
  /** 32-bit FNV-1a as signed number, the absolute value of its remainder: the Collector's. */
  SARAMA_COMPAT {
    @Override
    int partition(byte[] key, int partitions) {
      int hash = FNV_OFFSET;
      for (byte b : key) {
        hash = (hash ^ (b & 0xff)) * FNV_PRIME;
      }
      return Math.abs(hash % partitions);
    }
  },

  /** Kafka's own for Java. */
  MURMUR2 {
    @Override
    int partition(byte[] key, int partitions) {
      return Utils.toPositive(Utils.murmur2(key)) % partitions;
    }
  };

  private static final int FNV_OFFSET = 0x811c9dc5;
  private static final int FNV_PRIME = 0x01000193;

  /**
   * The partition of a key.
   *
   * @param partitions how many there are, at least 1
   */
  abstract int partition(byte[] key, int partitions);

  /** The partition of a stream of origins. */
  static int ofStream(String stream, int partitions) {
    return MURMUR2.partition(stream.getBytes(StandardCharsets.UTF_8), partitions);
  }
}
