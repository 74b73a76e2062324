package io.millrace.exporter.kafka;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.Signal;
import io.millrace.api.telemetry.Value;
import io.millrace.api.telemetry.ValueType;
import io.millrace.toolkit.otlpjson.OtlpJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The form of a record's value. */
enum RecordEncoding {
  /** An OTLP request as protobuf. */
  OTLP_PROTO {
    @Override
    byte[] encode(Batch batch) {
      return batch.toBytes();
    }
  },

  /** An OTLP request as JSON. */
  OTLP_JSON {
    @Override
    byte[] encode(Batch batch) {
      ByteArrayOutputStream out = new ByteArrayOutputStream(2 * batch.sizeBytes());
      try {
        OtlpJson.write(batch, out);
      } catch (IOException e) {
        throw new UncheckedIOException("memory cannot fail", e);
      }
      return out.toByteArray();
    }
  },

  /** The body of one log record: bytes as they are, anything else as JSON. */
  RAW {
    @Override
    byte[] encode(Batch batch) {
      byte[][] body = {NOTHING};
      batch.forEachItem((group, scope, item) -> body[0] = raw(((LogRecord) item).body()));
      return body[0];
    }
  };

  private static final byte[] NOTHING = new byte[0];

  /** The encoding of a name; empty when the signal has none of that name. */
  static Optional<RecordEncoding> find(String name, Signal signal) {
    return Arrays.stream(values())
        .filter(e -> e.id().equals(name) && (e != RAW || signal == Signal.LOGS))
        .findFirst();
  }

  /** The names that a signal may use, for messages. */
  static String names(Signal signal) {
    return Arrays.stream(values())
        .filter(e -> e != RAW || signal == Signal.LOGS)
        .map(RecordEncoding::id)
        .collect(Collectors.joining(", "));
  }

  /** The name in configuration files. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a record holds one item only. */
  boolean single() {
    return this == RAW;
  }

  /**
   * The value of a record.
   *
   * @param batch exactly one item where the encoding is {@link #single}
   */
  abstract byte[] encode(Batch batch);

  private static byte[] raw(Value body) {
    ValueType type = body.type();
    if (type == ValueType.BYTES) {
      return body.bytesValue();
    }
    if (type == ValueType.EMPTY) {
      return NOTHING;
    }
    String text = body.asText();
    if (type == ValueType.STRING) {
      text = '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
