package io.millrace.toolkit.otlpjson;

import com.fasterxml.jackson.core.Base64Variant;
import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.millrace.api.telemetry.MalformedTelemetryException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Reads one request as protobuf. One thread at a time. */
final class JsonReader {
  private static final int MAX_MESSAGES = 100;
  private static final int MAX_EXPONENT = 400;
  private static final int MAX_DIGITS = 18;
  private static final Base64Variant BASE64 = Base64Variants.MIME_NO_LINEFEEDS.withPaddingAllowed();
  private static final BigInteger TWO_64 = BigInteger.ONE.shiftLeft(64);
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(3 * MAX_MESSAGES)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private static final Pattern SOURCE =
      Pattern.compile("\\[Source: .*?(line: \\d+, column: \\d+)]", Pattern.DOTALL);

  private final byte[] json;

  JsonReader(byte[] json) {
    this.json = json;
  }

  byte[] request(Shape shape) throws MalformedTelemetryException {
    WireBuffer out = new WireBuffer(json.length);
    try (JsonParser parser = FACTORY.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw malformed(parser, "Expected an object");
      }
      message(parser, shape, out, 0);
      if (parser.nextToken() != null) {
        throw malformed(parser, "Expected nothing after the object");
      }
    } catch (JsonProcessingException e) {
      int offset = e.getLocation() == null ? -1 : (int) e.getLocation().getByteOffset();
      // The parser tells of its source, which is the request.
      String reason = SOURCE.matcher(e.getOriginalMessage()).replaceAll("$1");
      throw new MalformedTelemetryException("No JSON: " + reason, offset, e);
    } catch (IOException e) {
      throw new MalformedTelemetryException("No JSON: " + e.getMessage(), -1, e);
    }
    return out.toBytes();
  }

  private void message(JsonParser parser, Shape shape, WireBuffer out, int depth)
      throws IOException, MalformedTelemetryException {
    if (depth > MAX_MESSAGES) {
      throw malformed(parser, "More than " + MAX_MESSAGES + " messages nested");
    }
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      Field field = shape.byName(parser.currentName());
      JsonToken token = parser.nextToken();
      if (field == null || token == JsonToken.VALUE_NULL) {
        parser.skipChildren();
      } else if (!field.repeated()) {
        value(parser, field, out, depth);
      } else if (token != JsonToken.START_ARRAY) {
        throw malformed(parser, field.name() + ": expected an array");
      } else {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          value(parser, field, out, depth);
        }
      }
    }
  }

  private void value(JsonParser parser, Field field, WireBuffer out, int depth)
      throws IOException, MalformedTelemetryException {
    Shape shape = field.shape();
    if (shape != null) {
      JsonToken token = parser.currentToken();
      if (token != JsonToken.START_OBJECT && token != JsonToken.VALUE_NULL) {
        throw malformed(parser, field.name() + ": expected an object");
      }
      int mark = out.begin(field.tag());
      if (token == JsonToken.START_OBJECT) {
        message(parser, shape, out, depth + 1);
      }
      out.end(mark);
      return;
    }
    switch (field.kind()) {
      case STRING ->
          out.lengthDelimited(field.tag(), text(parser, field).getBytes(StandardCharsets.UTF_8));
      case BYTES -> out.lengthDelimited(field.tag(), base64(parser, field));
      case TRACE_ID -> id(parser, field, 16, out);
      case SPAN_ID -> id(parser, field, 8, out);
      default -> {
        long bits = number(parser, field);
        out.varint(field.tag());
        switch (field.kind().wireType) {
          case 0 -> out.varint(bits);
          case 1 -> out.fixed(bits, 8);
          default -> out.fixed(bits, 4);
        }
      }
    }
  }

  /** The bits that go on the wire. */
  private static long number(JsonParser parser, Field field)
      throws IOException, MalformedTelemetryException {
    return switch (field.kind()) {
      case BOOL -> truth(parser, field);
      case DOUBLE -> Double.doubleToRawLongBits(floating(parser, field));
      case ENUM -> enumeration(parser, field);
      case INT32 -> integer(parser, field, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case SINT32 -> {
        long value = integer(parser, field, Integer.MIN_VALUE, Integer.MAX_VALUE);
        yield (value << 1) ^ (value >> 63);
      }
      case UINT32, FIXED32 -> integer(parser, field, 0, 0xffff_ffffL);
      case INT64, SFIXED64 -> integer(parser, field, Long.MIN_VALUE, Long.MAX_VALUE);
      default -> unsigned(parser, field);
    };
  }

  private static long truth(JsonParser parser, Field field) throws MalformedTelemetryException {
    return switch (parser.currentToken()) {
      case VALUE_TRUE -> 1;
      case VALUE_FALSE -> 0;
      default -> throw malformed(parser, field.name() + ": expected true or false");
    };
  }

  private static double floating(JsonParser parser, Field field)
      throws IOException, MalformedTelemetryException {
    if (parser.currentToken().isNumeric()) {
      return parser.getDoubleValue();
    }
    String text = text(parser, field);
    try {
      return text.endsWith("f") || text.endsWith("d") ? fail(text) : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw malformed(parser, field.name() + ": expected a number");
    }
  }

  /** Java's own suffixes are no JSON. */
  private static double fail(String text) {
    throw new NumberFormatException(text);
  }

  private static long enumeration(JsonParser parser, Field field)
      throws IOException, MalformedTelemetryException {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      int number = field.names().indexOf(parser.getText());
      if (number >= 0) {
        return number;
      }
    }
    return integer(parser, field, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  private static long integer(JsonParser parser, Field field, long min, long max)
      throws IOException, MalformedTelemetryException {
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      return checked(parser, field, parser.getLongValue(), min, max);
    }
    long digits = digits(parser);
    if (digits >= 0) {
      return checked(parser, field, digits, min, max);
    }
    BigInteger value = whole(parser, field);
    if (value.bitLength() > 63) {
      throw malformed(parser, field.name() + ": integer out of range");
    }
    return checked(parser, field, value.longValue(), min, max);
  }

  private static long unsigned(JsonParser parser, Field field)
      throws IOException, MalformedTelemetryException {
    long digits = digits(parser);
    if (digits >= 0) {
      return digits;
    }
    BigInteger value = whole(parser, field);
    if (value.signum() < 0 || value.compareTo(TWO_64) >= 0) {
      throw malformed(parser, field.name() + ": integer out of range");
    }
    return value.longValue();
  }

  private static long checked(JsonParser parser, Field field, long value, long min, long max)
      throws MalformedTelemetryException {
    if (value < min || value > max) {
      throw malformed(parser, field.name() + ": integer out of range");
    }
    return value;
  }

  /** What nearly all numbers are: so few digits that they fit, without sign; else -1. */
  private static long digits(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NUMBER_INT) {
      return -1;
    }
    int length = parser.getTextLength();
    if (length == 0 || length > MAX_DIGITS) {
      return -1;
    }
    char[] text = parser.getTextCharacters();
    int from = parser.getTextOffset();
    long value = 0;
    for (int i = from; i < from + length; i++) {
      if (text[i] < '0' || text[i] > '9') {
        return -1;
      }
      value = 10 * value + text[i] - '0';
    }
    return value;
  }

  /** An integer as a number or a string; 1.0 and 1e3 are integers, as proto3 has it. */
  private static BigInteger whole(JsonParser parser, Field field)
      throws IOException, MalformedTelemetryException {
    JsonToken token = parser.currentToken();
    try {
      if (token == JsonToken.VALUE_STRING || token.isNumeric()) {
        BigDecimal value = new BigDecimal(parser.getText());
        if (Math.abs((long) value.scale()) <= MAX_EXPONENT) {
          return value.toBigIntegerExact();
        }
      }
    } catch (ArithmeticException e) {
      throw malformed(parser, field.name() + ": expected an integer");
    } catch (NumberFormatException e) {
      throw malformed(parser, field.name() + ": expected an integer");
    }
    throw malformed(parser, field.name() + ": expected an integer");
  }

  private static String text(JsonParser parser, Field field)
      throws IOException, MalformedTelemetryException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw malformed(parser, field.name() + ": expected a string");
    }
    return parser.getText();
  }

  private static byte[] base64(JsonParser parser, Field field)
      throws IOException, MalformedTelemetryException {
    String text = text(parser, field).replace('-', '+').replace('_', '/');
    int padding = text.indexOf('=');
    try {
      // Its own one would have 500 bytes.
      ByteArrayBuilder bytes = new ByteArrayBuilder(text.length() + 1);
      BASE64.decode(padding < 0 ? text : text.substring(0, padding), bytes);
      return bytes.toByteArray();
    } catch (IllegalArgumentException e) {
      throw malformed(parser, field.name() + ": expected base64");
    }
  }

  private static void id(JsonParser parser, Field field, int length, WireBuffer out)
      throws IOException, MalformedTelemetryException {
    String hex = text(parser, field);
    try {
      byte[] id = HexFormat.of().parseHex(hex);
      if (id.length == length || id.length == 0) {
        out.lengthDelimited(field.tag(), id);
        return;
      }
    } catch (IllegalArgumentException e) {
      throw malformed(parser, field.name() + ": expected " + 2 * length + " hex digits");
    }
    throw malformed(parser, field.name() + ": expected " + 2 * length + " hex digits");
  }

  private static MalformedTelemetryException malformed(JsonParser parser, String what) {
    return new MalformedTelemetryException(
        what, (int) parser.currentTokenLocation().getByteOffset());
  }
}
