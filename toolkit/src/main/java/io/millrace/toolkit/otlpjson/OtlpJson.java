package io.millrace.toolkit.otlpjson;

import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.api.telemetry.Signal;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads and writes export requests as JSON. Trace and span ids are hex, 64-bit integers strings,
 * enums numbers. Reading is lenient where the specification is: names in {@code lowerCamelCase} or
 * as in the proto files, 64-bit integers also as numbers, enums also by name, unknown keys ignored,
 * {@code null} as absent. The {@code *Data} messages of files have the same form.
 *
 * <p>Unknown protobuf fields have no JSON form and are left out.
 */
public final class OtlpJson {

  private OtlpJson() {}

  /**
   * Reads one request.
   *
   * @param json UTF-8; not kept
   * @throws MalformedTelemetryException when this is no JSON or no request, or nests more than 100
   *     messages; the same bytes will never be read
   */
  public static Batch read(Signal signal, byte[] json) throws MalformedTelemetryException {
    return Batch.read(signal, new JsonReader(json).request(Shape.request(signal)));
  }

  /**
   * Writes one request on one line, without a line end. The stream stays open.
   *
   * @throws IOException when the stream fails
   */
  public static void write(Batch batch, OutputStream out) throws IOException {
    Pieces pieces = new Pieces();
    batch.writeTo(pieces);
    new JsonWriter(out).request(Shape.request(batch.signal()), pieces.all);
  }

  /** Where a batch's bytes are, so that they need not be copied. */
  private static final class Pieces extends OutputStream {
    private final List<JsonWriter.Piece> all = new ArrayList<>();

    @Override
    public void write(byte[] bytes, int from, int length) {
      all.add(new JsonWriter.Piece(bytes, from, from + length));
    }

    @Override
    public void write(int b) {
      throw new UnsupportedOperationException("one byte of a batch (expected: whole fields)");
    }
  }
}
