package io.millrace.core.log;

import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.api.telemetry.Origins;
import io.millrace.api.telemetry.Signal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A batch as the body of a record. Immutable.
 *
 * <pre>
 *  0  1  signal: 1 logs, 2 metrics, 3 traces, 4 profiles
 *  1  3  0
 *  4  4  number of items
 *  8  8  when the telemetry came in, nanoseconds since 1970 UTC
 * 16  4  length of the context
 * 20  4  length of the origins
 * 24     context: nothing when there is neither peer nor metadata; else the peer, the number of
 *        keys (4 bytes), and for each the key, the number of values (4 bytes), the values; a text
 *        is its length (4 bytes, -1 for none) and UTF-8
 *        origins: {@link Origins#encode}; nothing when there are none
 *        the batch: an OTLP export request, up to the end
 * </pre>
 */
final class RecordBody {
  static final int FIXED_BYTES = 24;

  private final byte[] prefix;
  private final Batch batch;
  private final int sizeBytes;
  private final int checksum;

  private RecordBody(byte[] prefix, Batch batch, int sizeBytes, int checksum) {
    this.prefix = prefix;
    this.batch = batch;
    this.sizeBytes = sizeBytes;
    this.checksum = checksum;
  }

  /**
   * Encodes what stands before the batch and sums it all up; the batch's bytes are not copied.
   *
   * @throws IOException when the whole exceeds 2 GiB
   */
  static RecordBody of(Batch batch, RequestContext context) throws IOException {
    byte[] requested = context(context);
    byte[] origins = batch.origins().isNone() ? new byte[0] : batch.origins().encode();
    long size = (long) FIXED_BYTES + requested.length + origins.length + batch.sizeBytes();
    if (size > Integer.MAX_VALUE - LogFormat.RECORD_HEADER_BYTES) {
      throw new IOException("Batch of " + batch.sizeBytes() + " bytes (expected: below 2 GiB)");
    }
    byte[] prefix =
        ByteBuffer.allocate(FIXED_BYTES + requested.length + origins.length)
            .put(code(batch.signal()))
            .put(new byte[3])
            .putInt(batch.itemCount())
            .putLong(context.receivedUnixNanos())
            .putInt(requested.length)
            .putInt(origins.length)
            .put(requested)
            .put(origins)
            .array();
    CRC32C crc = new CRC32C();
    crc.update(prefix);
    batch.writeTo(new Summing(crc));
    return new RecordBody(prefix, batch, (int) size, (int) crc.getValue());
  }

  /**
   * Reads a body.
   *
   * @param bytes the body; belongs to the batch from now on
   * @throws MalformedTelemetryException when the body makes no sense
   */
  static LogEntry decode(long sequence, byte[] bytes) throws MalformedTelemetryException {
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      Signal signal = signal(in.get());
      long received = in.getLong(8);
      int contextBytes = in.getInt(16);
      int originsBytes = in.getInt(20);
      int begin = Math.addExact(FIXED_BYTES, Math.addExact(contextBytes, originsBytes));
      if (signal == null || contextBytes < 0 || originsBytes < 0 || begin > bytes.length) {
        throw new MalformedTelemetryException("Record of a log without its parts", 0);
      }
      RequestContext context =
          contextBytes == 0
              ? RequestContext.local(received)
              : context(in.slice(FIXED_BYTES, contextBytes), received);
      int originsAt = FIXED_BYTES + contextBytes;
      Batch batch = Batch.read(signal, bytes, begin, bytes.length - begin);
      if (originsBytes > 0) {
        batch = batch.withOrigins(Origins.decode(Arrays.copyOfRange(bytes, originsAt, begin)));
      }
      return new LogEntry(sequence, batch, context, bytes.length);
    } catch (BufferUnderflowException | ArithmeticException | IllegalArgumentException e) {
      throw new MalformedTelemetryException("Record of a log is cut short: " + e.getMessage(), 0);
    }
  }

  /** The number of items that a body says it holds. */
  static int itemCount(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getInt(4);
  }

  Batch batch() {
    return batch;
  }

  /** Size of the body. */
  int sizeBytes() {
    return sizeBytes;
  }

  /** CRC32C of the body. */
  int checksum() {
    return checksum;
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(prefix);
    batch.writeTo(out);
  }

  private static byte code(Signal signal) {
    return switch (signal) {
      case LOGS -> 1;
      case METRICS -> 2;
      case TRACES -> 3;
      case PROFILES -> 4;
    };
  }

  private static @Nullable Signal signal(byte code) {
    return switch (code) {
      case 1 -> Signal.LOGS;
      case 2 -> Signal.METRICS;
      case 3 -> Signal.TRACES;
      case 4 -> Signal.PROFILES;
      default -> null;
    };
  }

  private static byte[] context(RequestContext context) {
    String peer = context.peer();
    if (peer == null && context.metadata().isEmpty()) {
      return new byte[0];
    }
    List<byte[]> parts = new ArrayList<>();
    text(parts, peer);
    number(parts, context.metadata().size());
    context
        .metadata()
        .forEach(
            (key, values) -> {
              text(parts, key);
              number(parts, values.size());
              values.forEach(value -> text(parts, value));
            });
    int size = 0;
    for (byte[] part : parts) {
      size += part.length;
    }
    ByteBuffer all = ByteBuffer.allocate(size);
    parts.forEach(all::put);
    return all.array();
  }

  private static RequestContext context(ByteBuffer in, long received) {
    String peer = text(in);
    int keys = in.getInt();
    Map<String, List<String>> metadata = new LinkedHashMap<>();
    for (int i = 0; i < keys; i++) {
      String key = text(in);
      int count = in.getInt();
      List<String> values = new ArrayList<>();
      for (int j = 0; j < count; j++) {
        String value = text(in);
        values.add(value == null ? "" : value);
      }
      metadata.put(key == null ? "" : key, List.copyOf(values));
    }
    return new RequestContext(metadata, peer, received);
  }

  private static void number(List<byte[]> parts, int number) {
    parts.add(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
  }

  private static void text(List<byte[]> parts, @Nullable String text) {
    if (text == null) {
      number(parts, -1);
      return;
    }
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    number(parts, utf8.length);
    parts.add(utf8);
  }

  private static @Nullable String text(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0) {
      return null;
    }
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] utf8 = new byte[length];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /** Adds what is written to a checksum. */
  private static final class Summing extends OutputStream {
    private final CRC32C crc;

    Summing(CRC32C crc) {
      this.crc = crc;
    }

    @Override
    public void write(int b) {
      crc.update(b);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      crc.update(bytes, from, length);
    }
  }
}
