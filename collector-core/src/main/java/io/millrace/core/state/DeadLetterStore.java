package io.millrace.core.state;

import io.millrace.api.component.ComponentId;
import io.millrace.api.config.DataSize;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Origins;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What can never be delivered, as JSON lines in the state directory, one file for each component.
 * Thread-safe.
 *
 * <p>A line holds {@code time}, {@code component}, {@code reason} and, for telemetry, {@code
 * signal}, {@code items}, {@code origins} (a list of stream, start, end, sub; one for each item, or
 * none) and {@code otlp}, the request in base64; for other bytes {@code origin} and {@code raw}.
 *
 * <p>All files together are bounded. When they are full, nothing is put aside until somebody has
 * looked at them and moved them away: what cannot be put aside does not count as delivered.
 */
public final class DeadLetterStore implements AutoCloseable {

  /** How much the dead letters of an agent may hold. */
  public static final DataSize STANDARD_CAPACITY = DataSize.ofMebibytes(256);

  /**
   * Telemetry to put aside.
   *
   * @param batch the telemetry
   * @param reason one sentence
   */
  public record Letter(Batch batch, String reason) {}

  private final Path directory;
  private final long capacityBytes;
  private final Clock clock;
  private final Map<String, LineFile> files = new HashMap<>();

  /** Keeps letters in {@code dead-letters/} of a state directory. */
  public DeadLetterStore(StateDirectory state, DataSize capacity, Clock clock) {
    this.directory = state.root().resolve("dead-letters");
    this.capacityBytes = capacity.bytes();
    this.clock = clock;
  }

  /**
   * Puts telemetry aside durably, all or nothing.
   *
   * @param kind the component's kind, such as {@code exporter}
   * @throws IOException when nothing was put aside; the message says why
   */
  public void put(String kind, ComponentId id, List<Letter> letters) throws IOException {
    Json json = new Json();
    for (Letter letter : letters) {
      Batch batch = letter.batch();
      begin(json, kind, id, letter.reason())
          .field("signal", batch.signal().id())
          .field("items", batch.itemCount())
          .beginList("origins");
      Origins origins = batch.origins();
      for (int i = 0; i < origins.size(); i++) {
        json.begin()
            .field("stream", origins.stream(i))
            .field("start", origins.start(i))
            .field("end", origins.end(i))
            .field("sub", origins.sub(i))
            .end();
      }
      json.endList()
          .field("otlp", Base64.getEncoder().encodeToString(batch.toBytes()))
          .end()
          .newLine();
    }
    append(kind, id, json);
  }

  /**
   * Puts bytes aside durably that are no telemetry.
   *
   * @throws IOException as {@link #put}
   */
  public void putRaw(String kind, ComponentId id, byte[] bytes, String origin, String reason)
      throws IOException {
    Json json = new Json();
    begin(json, kind, id, reason)
        .field("origin", origin)
        .field("raw", Base64.getEncoder().encodeToString(bytes))
        .end()
        .newLine();
    append(kind, id, json);
  }

  @Override
  public synchronized void close() throws IOException {
    for (LineFile file : files.values()) {
      file.close();
    }
    files.clear();
  }

  private Json begin(Json json, String kind, ComponentId id, String reason) {
    return json.begin()
        .field("time", clock.instant().toString())
        .field("component", kind + ":" + id)
        .field("reason", reason);
  }

  private synchronized void append(String kind, ComponentId id, Json json) throws IOException {
    if (json.isEmpty()) {
      return;
    }
    byte[] lines = json.toString().getBytes(StandardCharsets.UTF_8);
    Files.createDirectories(directory);
    if (lines.length > capacityBytes - usedBytes()) {
      throw new IOException(
          "Dead letters are full: "
              + directory
              + " holds "
              + usedBytes()
              + " bytes (expected: at most "
              + new DataSize(capacityBytes)
              + "; look at the files and move them away)");
    }
    file(kind, id).append(lines, true);
  }

  /** Reads the directory each time, so that files which somebody moved away make room. */
  private long usedBytes() throws IOException {
    long used = 0;
    try (Stream<Path> paths = Files.list(directory)) {
      for (Path path : paths.toList()) {
        used += Files.isRegularFile(path) ? Files.size(path) : 0;
      }
    }
    return used;
  }

  private LineFile file(String kind, ComponentId id) throws IOException {
    String name = FileNames.safe(kind + "-" + id) + ".jsonl";
    Path path = directory.resolve(name);
    LineFile known = files.get(name);
    if (known != null && Files.exists(path)) {
      return known;
    }
    if (known != null) {
      known.close();
    }
    LineFile opened = LineFile.open(path);
    files.put(name, opened);
    return opened;
  }
}
