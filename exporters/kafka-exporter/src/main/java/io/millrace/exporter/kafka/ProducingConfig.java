package io.millrace.exporter.kafka;

import io.millrace.api.config.DataSize;
import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Range;
import io.millrace.api.config.Tuning;
import io.millrace.api.config.Validated;
import io.millrace.toolkit.http.CompressionParams;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The {@code producer} block. Immutable. */
@Doc("How records are sent.")
public record ProducingConfig(
    @Doc(
            "Largest record before compression, headers included. Batches are split to fit; a"
                + " single item that is larger goes to the dead letters. No larger than the"
                + " topic's max.message.bytes.")
        @Default("1000000")
        @Range(min = "1000", max = "500000000")
        DataSize maxMessageBytes,
    @Doc(
            "Who must have a record before it counts as written: all (every replica in sync), 1"
                + " (the leader) or 0 (nobody). The Collector's default is 1, which loses what it"
                + " acknowledged when a leader dies; here it is all, with an idempotent producer.")
        @Default("all")
        Object requiredAcks,
    @Doc("Compression of records: none, gzip, snappy, lz4 or zstd.") @Default("none")
        String compression,
    @Doc("How hard to compress.") @Default("{}") CompressionParams compressionParams,
    @Doc("Most records in one request.") @Tuning("requests are bounded in bytes") @Default("10000")
        int flushMaxMessages,
    @Doc(
            "How long a record waits for others. The Collector's default is 10ms; here it is 0,"
                + " since a record already is a batch and every batch waits for its"
                + " acknowledgement.")
        @Default("0s")
        @Range(min = "0s", max = "10s")
        Duration linger,
    @Doc("Most bytes in one request.")
        @Tuning("requests are about as large as max_message_bytes")
        @Default("104857600")
        DataSize maxBrokerWriteBytes,
    @Doc("Whether brokers may make a topic that does not exist, if they are set up to.")
        @Default("true")
        boolean allowAutoTopicCreation)
    implements Validated {

  private static final List<String> COMPRESSIONS = List.of("none", "gzip", "snappy", "lz4", "zstd");
  private static final Map<String, Integer> MAX_LEVELS = Map.of("gzip", 9, "lz4", 17, "zstd", 22);

  /** What holds where nothing is set. */
  public static ProducingConfig standard() {
    return new ProducingConfig(
        DataSize.ofBytes(1_000_000),
        "all",
        "none",
        CompressionParams.standard(),
        10_000,
        Duration.ZERO,
        DataSize.ofBytes(104_857_600),
        true);
  }

  @Override
  public void validate(Problems problems) {
    if (acks().isEmpty()) {
      problems.add("required_acks", "\"" + requiredAcks + "\" (expected: all, -1, 1 or 0)");
    }
    if (!COMPRESSIONS.contains(compression)) {
      problems.add(
          "compression", "\"" + compression + "\" (expected: none, gzip, snappy, lz4 or zstd)");
      return;
    }
    int level = compressionParams.level();
    int max = MAX_LEVELS.getOrDefault(compression, 0);
    if (level > 0 && level > max) {
      String expected = max == 0 ? "none for " + compression : "1 to " + max;
      problems.add("compression_params::level", level + " (expected: " + expected + ")");
    }
    if (maxBrokerWriteBytes.compareTo(maxMessageBytes) < 0) {
      problems.add(
          "max_broker_write_bytes",
          maxBrokerWriteBytes + " (expected: at least max_message_bytes, " + maxMessageBytes + ")");
    }
  }

  /** {@code all}, {@code 1} or {@code 0}; empty for anything else. */
  String acks() {
    return switch (requiredAcks.toString()) {
      case "all", "-1" -> "all";
      case "1" -> "1";
      case "0" -> "0";
      default -> "";
    };
  }
}
