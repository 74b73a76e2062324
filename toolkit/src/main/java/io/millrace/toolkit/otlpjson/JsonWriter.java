package io.millrace.toolkit.otlpjson;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes one request. One thread at a time. */
final class JsonWriter {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(400).build())
          .build();

  /** Bytes of a text from which on it is worth to look for a way without a String. */
  private static final int LONG_TEXT = 1 << 13;

  private final OutputStream out;

  JsonWriter(OutputStream out) {
    this.out = out;
  }

  /** Whole fields of a request, in a range of bytes. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Piece(byte[] bytes, int from, int to) {}

  /** Writes the request that these pieces are, which knows one field, a list. */
  void request(Shape shape, List<Piece> pieces) throws IOException {
    try (JsonGenerator json = FACTORY.createGenerator(out, JsonEncoding.UTF8)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
      json.writeStartObject();
      boolean begun = false;
      for (Piece piece : pieces) {
        WireCursor cursor = new WireCursor(piece.bytes, piece.from, piece.to);
        while (cursor.next()) {
          Field field = shape.byTag(cursor.tag());
          if (field == null) {
            continue;
          }
          if (!begun) {
            json.writeFieldName(field.name());
            json.writeStartArray();
            begun = true;
          }
          value(json, field, piece.bytes, cursor);
        }
      }
      if (begun) {
        json.writeEndArray();
      }
      json.writeEndObject();
    }
  }

  private void message(JsonGenerator json, Shape shape, byte[] bytes, int from, int to)
      throws IOException {
    if (!isGrouped(shape, bytes, from, to)) {
      scattered(json, shape, bytes, from, to);
      return;
    }
    json.writeStartObject();
    Field list = null;
    WireCursor cursor = new WireCursor(bytes, from, to);
    while (cursor.next()) {
      Field field = shape.byTag(cursor.tag());
      if (field == null) {
        continue;
      }
      if (list != null && field.number() != list.number()) {
        json.writeEndArray();
        list = null;
      }
      if (list == null) {
        json.writeFieldName(field.name());
        if (field.repeated()) {
          json.writeStartArray();
          list = field;
        }
      }
      value(json, field, bytes, cursor);
    }
    if (list != null) {
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private void value(JsonGenerator json, Field field, byte[] bytes, WireCursor cursor)
      throws IOException {
    Shape shape = field.shape();
    if (shape != null) {
      message(json, shape, bytes, cursor.from(), cursor.to());
      return;
    }
    switch (field.kind()) {
      case STRING -> text(json, bytes, cursor);
      case BYTES -> json.writeBinary(bytes, cursor.from(), cursor.to() - cursor.from());
      case TRACE_ID -> id(json, cursor, 16);
      case SPAN_ID -> id(json, cursor, 8);
      default -> {
        WireCursor numbers = new WireCursor(bytes, cursor.from(), cursor.to());
        do {
          if (!numbers.atEnd()) {
            number(json, field.kind(), numbers);
          }
        } while (!numbers.atEnd());
      }
    }
  }

  /** Long texts go from bytes to bytes: a String of one would be its size once more. */
  private static void text(JsonGenerator json, byte[] bytes, WireCursor cursor) throws IOException {
    int length = cursor.to() - cursor.from();
    if (length > LONG_TEXT && isUtf8(ByteBuffer.wrap(bytes, cursor.from(), length))) {
      json.writeUTF8String(bytes, cursor.from(), length);
    } else {
      json.writeString(cursor.text());
    }
  }

  private static boolean isUtf8(ByteBuffer text) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer part = CharBuffer.allocate(LONG_TEXT);
    CoderResult result;
    do {
      result = decoder.decode(text, part.clear(), true);
    } while (result.isOverflow());
    return !result.isError();
  }

  /** An id of another length is none, and nobody would read the request with it. */
  private static void id(JsonGenerator json, WireCursor cursor, int length) throws IOException {
    byte[] id = cursor.content();
    json.writeString(id.length == length ? HexFormat.of().formatHex(id) : "");
  }

  private static void number(JsonGenerator json, Kind kind, WireCursor at) throws IOException {
    switch (kind) {
      case BOOL -> json.writeBoolean(at.varint() != 0);
      case DOUBLE -> json.writeNumber(Double.longBitsToDouble(at.fixed(8)));
      case ENUM, INT32 -> json.writeNumber((int) at.varint());
      case UINT32 -> json.writeNumber(at.varint() & 0xffff_ffffL);
      case SINT32 -> {
        int value = (int) at.varint();
        json.writeNumber((value >>> 1) ^ -(value & 1));
      }
      case FIXED32 -> json.writeNumber(at.fixed(4));
      case INT64 -> json.writeString(Long.toString(at.varint()));
      case UINT64 -> json.writeString(Long.toUnsignedString(at.varint()));
      case FIXED64 -> json.writeString(Long.toUnsignedString(at.fixed(8)));
      case SFIXED64 -> json.writeString(Long.toString(at.fixed(8)));
      case STRING, BYTES, TRACE_ID, SPAN_ID, MESSAGE ->
          throw new IllegalStateException("Not a number: " + kind);
    }
  }

  /** Whether each field's occurrences are neighbours, and what comes once came once. */
  private static boolean isGrouped(Shape shape, byte[] bytes, int from, int to) {
    int seen = 0;
    boolean chosen = false;
    int before = 0;
    WireCursor cursor = new WireCursor(bytes, from, to);
    while (cursor.next()) {
      Field field = shape.byTag(cursor.tag());
      if (field == null) {
        continue;
      }
      int bit = 1 << field.number();
      boolean again = (seen & bit) != 0;
      if ((again && (field.number() != before || !field.repeated())) || (field.oneof() && chosen)) {
        return false;
      }
      seen |= bit;
      chosen |= field.oneof();
      before = field.number();
    }
    return true;
  }

  /**
   * Writes a message field by field; of what comes once, and of a choice, the last. The message is
   * gone through for each field, since a copy in order would cost its size at every level.
   */
  private void scattered(JsonGenerator json, Shape shape, byte[] bytes, int from, int to)
      throws IOException {
    @Nullable Field[] fields = new @Nullable Field[Shape.FIELDS];
    int[] last = new int[Shape.FIELDS];
    int lastChoice = -1;
    WireCursor cursor = new WireCursor(bytes, from, to);
    while (cursor.next()) {
      Field field = shape.byTag(cursor.tag());
      if (field != null) {
        fields[field.number()] = field;
        last[field.number()] = cursor.start();
        lastChoice = field.oneof() ? cursor.start() : lastChoice;
      }
    }
    json.writeStartObject();
    for (Field field : fields) {
      if (field == null || (field.oneof() && last[field.number()] != lastChoice)) {
        continue;
      }
      json.writeFieldName(field.name());
      if (field.repeated()) {
        json.writeStartArray();
        WireCursor again = new WireCursor(bytes, from, to);
        while (again.next()) {
          if (field.equals(shape.byTag(again.tag()))) {
            value(json, field, bytes, again);
          }
        }
        json.writeEndArray();
      } else {
        WireCursor only = new WireCursor(bytes, last[field.number()], to);
        if (only.next()) {
          value(json, field, bytes, only);
        }
      }
    }
    json.writeEndObject();
  }
}
