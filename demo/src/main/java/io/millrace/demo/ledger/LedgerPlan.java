package io.millrace.demo.ledger;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * What the ledger is to look at. Immutable.
 *
 * @param elasticsearch base URL
 * @param kafka bootstrap servers
 * @param stateDirectory the agent's, for dead letters and the drop journal
 * @param rawIndices index pattern of the raw events
 * @param aggregateIndices index pattern of the windows
 * @param lateIndices index pattern of the late events
 * @param undecodableIndices index pattern of the Kafka records the job could not decode
 * @param rejectedIndices index pattern of the job's documents that Elasticsearch refused
 * @param topics topics of OTLP logs, metrics and traces
 * @param windows the aggregates that count every event of a signal
 * @param files what was read
 */
public record LedgerPlan(
    String elasticsearch,
    String kafka,
    Path stateDirectory,
    String rawIndices,
    String aggregateIndices,
    String lateIndices,
    String undecodableIndices,
    String rejectedIndices,
    List<Topic> topics,
    List<Window> windows,
    List<InputFile> files) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A topic.
   *
   * @param name its name
   * @param signal {@code logs}, {@code metrics} or {@code traces}
   */
  public record Topic(String name, String signal) {}

  /**
   * An aggregate.
   *
   * @param name its name in the documents
   * @param signal what it counts
   * @param seconds width of its windows
   */
  public record Window(String name, String signal, long seconds) {}

  /**
   * A file as it was when the sources had stopped.
   *
   * @param path where it is
   * @param key {@code <device>-<inode>}
   * @param size its size then; everything up to there must have arrived
   * @param head its first bytes then in hexadecimal, {@value #HEAD_BYTES} at most: inodes are used
   *     again
   * @param required whether it must have been read; others only if anything of them was
   */
  public record InputFile(Path path, String key, long size, String head, boolean required) {
    private static final int HEAD_BYTES = 512;

    /** A file as it is now. */
    public static InputFile of(Path path, boolean required) throws IOException {
      long size = Files.size(path);
      String head = headOf(path, (int) Math.min(size, HEAD_BYTES));
      return new InputFile(path, keyOf(path), size, head, required);
    }

    /** Whether this file stands under a path now, with all that it had and perhaps more. */
    public boolean isAt(Path path) throws IOException {
      return keyOf(path).equals(key)
          && Files.size(path) >= size
          && headOf(path, head.length() / 2).equals(head);
    }

    private static String headOf(Path path, int length) throws IOException {
      try (InputStream input = Files.newInputStream(path)) {
        return HexFormat.of().formatHex(input.readNBytes(length));
      }
    }

    /** Device and inode of what stands under a path now. */
    static String keyOf(Path path) throws IOException {
      Map<String, Object> attributes = Files.readAttributes(path, "unix:dev,ino");
      return attributes.get("dev") + "-" + attributes.get("ino");
    }
  }

  /** Reads a plan that {@link #write} wrote. */
  public static LedgerPlan read(Path file) throws IOException {
    return JSON.readValue(file.toFile(), LedgerPlan.class);
  }

  /** Writes this plan as JSON. */
  public void write(Path file) throws IOException {
    JSON.writeValue(file.toFile(), this);
  }
}
