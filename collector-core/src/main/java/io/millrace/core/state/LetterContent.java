package io.millrace.core.state;

import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.api.telemetry.Origins;
import io.millrace.api.telemetry.Signal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a dead letter holds. Immutable. */
public final class LetterContent {
  private final @Nullable Signal signal;
  private final String origin;
  private final Origins origins;
  private final byte[] bytes;

  private LetterContent(@Nullable Signal signal, String origin, Origins origins, byte[] bytes) {
    this.signal = signal;
    this.origin = origin;
    this.origins = origins;
    this.bytes = bytes;
  }

  /** Reads a whole line. */
  static LetterContent read(byte[] line) throws IOException {
    JsonCursor json = new JsonCursor(line, line.length).take('{');
    Signal signal = null;
    String origin = "";
    Origins origins = Origins.NONE;
    while (true) {
      switch (json.name()) {
        case "items" -> json.number();
        case "signal" -> signal = StoredLetter.signal(json.text());
        case "origin" -> origin = json.text();
        case "origins" -> origins = origins(json);
        case "otlp", "raw" -> {
          return new LetterContent(signal, origin, origins, decoded(json.plainText()));
        }
        case String _ -> json.text();
      }
      json.take(',');
    }
  }

  /**
   * The telemetry with its origins.
   *
   * @throws IOException when it holds none, or it was damaged
   */
  public Batch batch() throws IOException {
    if (signal == null) {
      throw new IOException("Dead letter holds bytes that are no telemetry");
    }
    try {
      Batch batch = Batch.read(signal, bytes.clone());
      if (!origins.isNone() && origins.size() != batch.itemCount()) {
        throw new IOException(
            origins.size() + " origins of a dead letter (expected: " + batch.itemCount() + ")");
      }
      return batch.withOrigins(origins);
    } catch (MalformedTelemetryException e) {
      throw new IOException("Telemetry of a dead letter: " + e.getMessage(), e);
    }
  }

  /** Where bytes came from that are no telemetry, for people; else empty. */
  public String origin() {
    return origin;
  }

  /** The OTLP request, or the bytes as they came; a copy. */
  public byte[] bytes() {
    return bytes.clone();
  }

  private static byte[] decoded(ByteBuffer base64) throws IOException {
    try {
      ByteBuffer bytes = Base64.getDecoder().decode(base64);
      byte[] exact = new byte[bytes.remaining()];
      bytes.get(exact);
      return exact;
    } catch (IllegalArgumentException e) {
      throw new IOException("Content of a dead letter: " + e.getMessage(), e);
    }
  }

  /** Items can lack an origin: their stream is empty then. */
  private static Origins origins(JsonCursor json) throws IOException {
    List<Origins> parts = new ArrayList<>();
    List<Integer> counts = new ArrayList<>();
    Origins.Builder known = Origins.builder();
    int unknown = 0;
    json.take('[');
    while (!json.tryTake(']')) {
      json.tryTake(',');
      Origin origin = Origin.read(json);
      if (!origin.stream.isEmpty()) {
        unknown = flush(parts, counts, unknown);
        known.add(origin.stream, origin.start, origin.end, origin.sub);
        continue;
      }
      if (unknown++ == 0) {
        flush(parts, counts, known);
      }
    }
    flush(parts, counts, unknown);
    flush(parts, counts, known);
    return Origins.concat(parts, counts.stream().mapToInt(Integer::intValue).toArray());
  }

  private static int flush(List<Origins> parts, List<Integer> counts, int unknown) {
    if (unknown > 0) {
      parts.add(Origins.NONE);
      counts.add(unknown);
    }
    return 0;
  }

  private static void flush(List<Origins> parts, List<Integer> counts, Origins.Builder known) {
    Origins built = known.build();
    if (!built.isNone()) {
      parts.add(built);
      counts.add(built.size());
    }
  }

  private record Origin(String stream, long start, long end, int sub) {
    static Origin read(JsonCursor json) throws IOException {
      json.take('{');
      String stream = "";
      long[] numbers = new long[3];
      do {
        switch (json.name()) {
          case "stream" -> stream = json.text();
          case "start" -> numbers[0] = json.number();
          case "end" -> numbers[1] = json.number();
          case "sub" -> numbers[2] = json.number();
          case String other -> throw new IOException("Unknown field of an origin: " + other);
        }
      } while (json.tryTake(','));
      json.take('}');
      if (numbers[0] < 0 || numbers[1] < numbers[0] || numbers[2] < 0) {
        throw new IOException("Origin of a dead letter: " + Arrays.toString(numbers));
      }
      return new Origin(stream, numbers[0], numbers[1], (int) numbers[2]);
    }
  }
}
