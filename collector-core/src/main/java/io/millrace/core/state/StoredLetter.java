package io.millrace.core.state;

import io.millrace.api.telemetry.Signal;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as it is found, without what it holds. Immutable.
 *
 * @param offset where its line begins in the file
 * @param length of the line in bytes, the line end included
 * @param state where it is on its way
 * @param time when it was put aside
 * @param component whose it is, such as {@code exporter:kafka/a}
 * @param pipeline the pipeline of the component; empty when it has one instance for all
 * @param reason why it was put aside
 * @param signal what it holds; null for bytes that are no telemetry
 * @param items how many items it holds; 1 for bytes that are no telemetry
 */
public record StoredLetter(
    long offset,
    long length,
    LetterState state,
    Instant time,
    String component,
    String pipeline,
    String reason,
    @Nullable Signal signal,
    long items) {

  /** Whether it holds bytes that are no telemetry, which nobody can replay. */
  public boolean isRaw() {
    return signal == null;
  }

  /**
   * Reads the beginning of a line.
   *
   * @throws IOException when it is no dead letter's
   */
  static StoredLetter read(long offset, long length, byte[] head, int headLength)
      throws IOException {
    JsonCursor json = new JsonCursor(head, headLength).take('{');
    LetterState state = LetterState.DEAD;
    Instant time = Instant.EPOCH;
    String component = "";
    String pipeline = "";
    String reason = "";
    Signal signal = null;
    long items = 1;
    while (true) {
      switch (json.name()) {
        case "state" -> state = LetterState.of(json.text());
        case "time" -> time = time(json.text());
        case "component" -> component = json.text();
        case "pipeline" -> pipeline = json.text();
        case "reason" -> reason = json.text();
        case "signal" -> signal = signal(json.text());
        case "items" -> items = json.number();
        case "origin" -> json.text();
        case "origins", "raw" -> {
          return new StoredLetter(
              offset, length, state, time, component, pipeline, reason, signal, items);
        }
        case String other -> throw new IOException("Unknown field of a dead letter: " + other);
      }
      json.take(',');
    }
  }

  /** Stands for a line that is no letter's. */
  static StoredLetter unreadable(long offset, long length) {
    return new StoredLetter(offset, length, LetterState.DEAD, Instant.EPOCH, "", "", "", null, 1);
  }

  private static Instant time(String text) throws IOException {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IOException("Time of a dead letter: \"" + text + "\"", e);
    }
  }

  static Signal signal(String id) throws IOException {
    for (Signal signal : Signal.values()) {
      if (signal.id().equals(id)) {
        return signal;
      }
    }
    throw new IOException("Signal of a dead letter: \"" + id + "\"");
  }
}
