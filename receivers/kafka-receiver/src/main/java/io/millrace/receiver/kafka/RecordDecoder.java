package io.millrace.receiver.kafka;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.LogRecordWriter;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.LogsBuilder;
import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.api.telemetry.Signal;
import io.millrace.api.telemetry.Value;
import io.millrace.toolkit.otlpjson.OtlpJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Makes telemetry of a record's value. Thread-safe. */
@FunctionalInterface
interface RecordDecoder {

  /**
   * Decodes a value.
   *
   * @param value taken over
   * @param timestampMillis the record's timestamp; when a log was observed, where the value is its
   *     body alone
   * @throws MalformedTelemetryException when it is none
   * @throws IOException when it is none
   */
  Batch decode(byte[] value, long timestampMillis) throws MalformedTelemetryException, IOException;

  /**
   * The decoder of an encoding.
   *
   * @throws IllegalArgumentException when the signal has none of that name; the message says which
   *     there are
   */
  static RecordDecoder of(String encoding, Signal signal) {
    if (encoding.equals("otlp_proto")) {
      return (value, time) -> Batch.read(signal, value);
    }
    if (encoding.equals("otlp_json")) {
      return (value, time) -> OtlpJson.read(signal, value);
    }
    if (signal != Signal.LOGS) {
      throw new IllegalArgumentException(
          "\"" + encoding + "\" (expected: otlp_proto or otlp_json)");
    }
    return switch (encoding) {
      case "raw" -> (value, time) -> record(time, log -> log.body(Value.of(value)));
      case "text" -> (value, time) -> record(time, log -> log.bodyUtf8(value, 0, value.length));
      case "json" -> RecordDecoder::json;
      default -> text(encoding);
    };
  }

  /** Sets the body of a log record. */
  @FunctionalInterface
  interface Body {
    void writeTo(LogRecordWriter log);
  }

  private static RecordDecoder text(String encoding) {
    String expected =
        "\"" + encoding + "\" (expected: otlp_proto, otlp_json, raw, text, text_CHARSET or json)";
    if (!encoding.startsWith("text_")) {
      throw new IllegalArgumentException(expected);
    }
    Charset charset;
    try {
      charset = Charset.forName(encoding.substring("text_".length()));
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new IllegalArgumentException(expected, e);
    }
    if (charset.equals(StandardCharsets.UTF_8)) {
      return (value, time) -> record(time, log -> log.bodyUtf8(value, 0, value.length));
    }
    return (value, time) -> {
      String text = decoded(value, charset);
      return record(time, log -> log.body(Value.of(text)));
    };
  }

  private static String decoded(byte[] value, Charset charset) throws CharacterCodingException {
    return charset.newDecoder().decode(ByteBuffer.wrap(value)).toString();
  }

  private static Logs record(long timestampMillis, Body body) {
    LogsBuilder logs = Logs.builder();
    LogRecordWriter log = logs.record();
    log.observedTimeUnixNanos(TimeUnit.MILLISECONDS.toNanos(Math.max(0, timestampMillis)));
    body.writeTo(log);
    return logs.build();
  }

  private static Batch json(byte[] value, long timestampMillis) throws IOException {
    try (JsonParser parser = JsonHolder.FACTORY.createParser(value)) {
      if (parser.nextToken() == null) {
        throw new IOException("no JSON");
      }
      Value body = value(parser);
      if (parser.nextToken() != null) {
        throw new IOException("more than one JSON value");
      }
      return record(timestampMillis, log -> log.body(body));
    }
  }

  /** The value at the parser's token. Nesting is bounded by the parser, at 1000 levels. */
  private static Value value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, Value> map = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          parser.nextToken();
          map.put(name, value(parser));
        }
        yield Value.ofMap(map);
      }
      case START_ARRAY -> {
        List<Value> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser));
        }
        yield Value.ofList(list);
      }
      case VALUE_STRING -> Value.of(parser.getText());
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? Value.of(parser.getText())
              : Value.of(parser.getLongValue());
      case VALUE_NUMBER_FLOAT -> Value.of(parser.getDoubleValue());
      case VALUE_TRUE -> Value.of(true);
      case VALUE_FALSE -> Value.of(false);
      case VALUE_NULL -> Value.EMPTY;
      default -> throw new IOException("no JSON");
    };
  }

  /** Shared, since it caches field names. */
  final class JsonHolder {
    private static final JsonFactory FACTORY = new JsonFactory();

    private JsonHolder() {}
  }
}
