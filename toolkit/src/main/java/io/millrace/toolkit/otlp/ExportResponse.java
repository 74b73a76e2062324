package io.millrace.toolkit.otlp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * An {@code Export*ServiceResponse}: what a server answers that took a request. Immutable.
 *
 * @param rejectedItems how many of the request's items the server threw away; which, it does not
 *     say
 * @param message why, or a warning when nothing was thrown away; may be empty
 */
public record ExportResponse(long rejectedItems, String message) {

  /** Everything was taken. */
  public static final ExportResponse ALL = new ExportResponse(0, "");

  private static final JsonFactory JSON = new JsonFactory();
  private static final byte[] EMPTY_JSON = "{}".getBytes(StandardCharsets.UTF_8);

  /**
   * Reads the protobuf form.
   *
   * @throws IOException when the bytes are damaged
   */
  public static ExportResponse fromProtobuf(byte[] bytes) throws IOException {
    WireMessage response = WireMessage.of(bytes);
    long rejected = 0;
    String message = "";
    for (int field = response.next(); field != 0; field = response.next()) {
      if (field == 1) {
        WireMessage partial = response.message();
        for (int part = partial.next(); part != 0; part = partial.next()) {
          if (part == 1) {
            rejected = partial.number();
          } else if (part == 2) {
            message = partial.text();
          }
        }
      }
    }
    return new ExportResponse(rejected, message);
  }

  /**
   * Reads the JSON form of a service's response.
   *
   * @throws IOException when the bytes are no such JSON
   */
  public static ExportResponse fromJson(OtlpService service, byte[] bytes) throws IOException {
    long rejected = 0;
    String message = "";
    try (JsonParser parser = JSON.createParser(bytes)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("no JSON object");
      }
      int depth = 1;
      boolean inPartial = false;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.END_OBJECT) {
          depth--;
          inPartial = false;
        } else if (token == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          JsonToken value = parser.nextToken();
          if (depth == 1 && name.equals("partialSuccess") && value == JsonToken.START_OBJECT) {
            depth++;
            inPartial = true;
          } else if (inPartial && name.equals(service.rejectedKey())) {
            rejected = count(parser);
          } else if (inPartial && name.equals("errorMessage") && value == JsonToken.VALUE_STRING) {
            message = parser.getText();
          } else {
            parser.skipChildren();
          }
        }
      }
      if (depth != 0) {
        throw new IOException("JSON cut short");
      }
    }
    return new ExportResponse(rejected, message);
  }

  /** The protobuf form; no bytes at all when everything was taken. */
  public byte[] toProtobuf() {
    if (equals(ALL)) {
      return new byte[0];
    }
    byte[] partial = new WireMessage.Writer().number(1, rejectedItems).text(2, message).toBytes();
    return new WireMessage.Writer().content(1, partial).toBytes();
  }

  /** The JSON form of "everything was taken". */
  public static byte[] allTakenJson() {
    return EMPTY_JSON.clone();
  }

  private static long count(JsonParser parser) throws IOException {
    try {
      return Long.parseLong(parser.getText());
    } catch (NumberFormatException e) {
      throw new IOException("no number: " + parser.getText(), e);
    }
  }
}
