package io.millrace.toolkit.otlp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A {@code google.rpc.Status}: what OTLP over HTTP answers with an error, and gRPC in the trailer
 * {@code grpc-status-details-bin}. Immutable.
 *
 * @param code a gRPC status code, such as 14 for unavailable
 * @param message one sentence
 * @param retryDelay the server's wish ({@code google.rpc.RetryInfo}); null when it has none
 */
public record RpcStatus(int code, String message, @Nullable Duration retryDelay) {
  private static final String RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";
  private static final int NANOS_PER_SECOND = 1_000_000_000;
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * Reads the protobuf form; unknown details are skipped.
   *
   * @throws IOException when the bytes are damaged
   */
  public static RpcStatus fromProtobuf(byte[] bytes) throws IOException {
    WireMessage status = WireMessage.of(bytes);
    int code = 0;
    String message = "";
    Duration delay = null;
    for (int field = status.next(); field != 0; field = status.next()) {
      switch (field) {
        case 1 -> code = (int) status.number();
        case 2 -> message = status.text();
        case 3 -> delay = delay == null ? retryDelay(status.message()) : delay;
        default -> {}
      }
    }
    return new RpcStatus(code, message, delay);
  }

  /**
   * Reads code and message of the JSON form.
   *
   * @throws IOException when the bytes are no JSON object
   */
  public static RpcStatus fromJson(byte[] bytes) throws IOException {
    int code = 0;
    String message = "";
    try (JsonParser parser = JSON.createParser(bytes)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("no JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (name.equals("code") && value == JsonToken.VALUE_NUMBER_INT) {
          code = parser.getIntValue();
        } else if (name.equals("message") && value == JsonToken.VALUE_STRING) {
          message = parser.getText();
        } else {
          parser.skipChildren();
        }
      }
    }
    return new RpcStatus(code, message, null);
  }

  public byte[] toProtobuf() {
    WireMessage.Writer status = new WireMessage.Writer().number(1, code).text(2, message);
    if (retryDelay != null) {
      byte[] duration =
          new WireMessage.Writer()
              .number(1, retryDelay.getSeconds())
              .number(2, retryDelay.getNano())
              .toBytes();
      byte[] info = new WireMessage.Writer().content(1, duration).toBytes();
      status.content(3, new WireMessage.Writer().text(1, RETRY_INFO).content(2, info).toBytes());
    }
    return status.toBytes();
  }

  public byte[] toJson() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("code", code);
      json.writeStringField("message", message);
      if (retryDelay != null) {
        json.writeArrayFieldStart("details");
        json.writeStartObject();
        json.writeStringField("@type", RETRY_INFO);
        json.writeStringField("retryDelay", seconds(retryDelay) + "s");
        json.writeEndObject();
        json.writeEndArray();
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new AssertionError("writing to memory cannot fail", e);
    }
    return out.toByteArray();
  }

  private static String seconds(Duration delay) {
    return BigDecimal.valueOf(delay.getSeconds())
        .add(BigDecimal.valueOf(delay.getNano(), 9))
        .stripTrailingZeros()
        .toPlainString();
  }

  private static @Nullable Duration retryDelay(WireMessage any) throws IOException {
    String type = "";
    WireMessage info = WireMessage.of(new byte[0]);
    for (int field = any.next(); field != 0; field = any.next()) {
      if (field == 1) {
        type = any.text();
      } else if (field == 2) {
        info = any.message();
      }
    }
    if (!type.equals(RETRY_INFO)) {
      return null;
    }
    long seconds = 0;
    long nanos = 0;
    for (int field = info.next(); field != 0; field = info.next()) {
      if (field == 1) {
        WireMessage duration = info.message();
        for (int part = duration.next(); part != 0; part = duration.next()) {
          if (part == 1) {
            seconds = duration.number();
          } else if (part == 2) {
            nanos = duration.number();
          }
        }
      }
    }
    boolean valid = seconds >= 0 && seconds < Integer.MAX_VALUE && nanos >= 0;
    return valid ? Duration.ofSeconds(seconds, Math.min(nanos, NANOS_PER_SECOND - 1)) : null;
  }
}
