package io.millrace.fuzz;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.api.telemetry.Signal;
import io.millrace.toolkit.otlpjson.OtlpJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads arbitrary bytes as OTLP/JSON, or as a request that is then written as JSON. What was read
 * and written reads the same again, and protobuf's own JSON, once ids are base64 as it has them,
 * means the same wherever both read it.
 *
 * <p>The input: a byte of which the remainder by 3 is the signal and the highest bit says that a
 * request follows, else JSON.
 */
public final class OtlpJsonTarget {
  private static final Allocation READING = new Allocation("reading JSON", 24, 64 << 10);
  private static final Allocation WRITING = new Allocation("writing JSON", 80, 64 << 10);
  private static final JsonFormat.Parser PROTOBUF = JsonFormat.parser().ignoringUnknownFields();

  private OtlpJsonTarget() {}

  /** Fails when the input is not treated as it should be. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length < 1) {
      return;
    }
    Signal signal = DoorTarget.signal((byte) (input[0] & 0x7f));
    byte[] rest = Arrays.copyOfRange(input, 1, input.length);
    if (input[0] < 0) {
      request(signal, rest);
    } else {
      json(signal, rest);
    }
  }

  /** Fails when reading allocates too much. */
  static void readsWithLittle(Signal signal, byte[] json) {
    READING.check(json.length, () -> isRead(signal, json));
  }

  /** Fails when writing to an array allocates too much. */
  static void writesWithLittle(Batch batch) {
    WRITING.check(batch.sizeBytes(), () -> write(batch));
  }

  private static void request(Signal signal, byte[] request) {
    Batch batch;
    try {
      batch = Batch.read(signal, request);
      Oracle.parse(signal, request);
    } catch (MalformedTelemetryException | InvalidProtocolBufferException e) {
      return;
    }
    writesWithLittle(batch);
    byte[] json = write(batch);
    Message expected = Oracle.known(Oracle.parsed(signal, request));
    Message protobuf = protobuf(signal, json);
    Check.that(protobuf != null, "Protobuf does not read what was written");
    if (protobuf != null) {
      Check.same("written, read by protobuf", protobuf, Oracle.withoutSignOfZero(expected));
    }
    stable(signal, json, expected);
  }

  private static void json(Signal signal, byte[] json) {
    readsWithLittle(signal, json);
    Batch batch;
    try {
      batch = OtlpJson.read(signal, json);
    } catch (MalformedTelemetryException e) {
      Check.that(e.offset() >= -1 && e.offset() <= json.length, "The offset is off");
      return;
    }
    Message read = Oracle.parsed(signal, batch.toBytes());
    Message protobuf = protobuf(signal, json);
    if (protobuf != null) {
      Message shown = Oracle.withoutSignOfZero(Oracle.shown(read));
      Check.same("read, beside protobuf", shown, Oracle.shown(protobuf));
    }
    stable(signal, write(batch), Oracle.known(read));
  }

  /** What was written is read again as the same, and from then on written as the same. */
  private static void stable(Signal signal, byte[] json, Message expected) {
    try {
      Batch again = OtlpJson.read(signal, json);
      Check.same("written, read", Oracle.parsed(signal, again.toBytes()), expected);
      byte[] twice = write(again);
      byte[] thrice = write(OtlpJson.read(signal, twice));
      if (!Arrays.equals(twice, thrice)) {
        Check.same(
            "written again",
            new String(thrice, StandardCharsets.UTF_8),
            new String(twice, StandardCharsets.UTF_8));
      }
    } catch (MalformedTelemetryException e) {
      throw new AssertionError("What was written is not read", e);
    }
  }

  private static boolean isRead(Signal signal, byte[] json) {
    try {
      return OtlpJson.read(signal, json).itemCount() >= 0;
    } catch (MalformedTelemetryException e) {
      return false;
    }
  }

  private static byte[] write(Batch batch) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      OtlpJson.write(batch, out);
    } catch (IOException e) {
      throw new AssertionError("A stream in memory failed", e);
    }
    return out.toByteArray();
  }

  /** What protobuf makes of OTLP/JSON; null when it does not read it. */
  private static @Nullable Message protobuf(Signal signal, byte[] json) {
    Message.Builder builder = Oracle.prototype(signal).newBuilderForType();
    try {
      JsonElement tree = tree(utf8(json));
      if (tree == null || !tree.isJsonObject()) {
        return null;
      }
      base64Ids(tree.getAsJsonObject(), builder.getDescriptorForType());
      PROTOBUF.merge(tree.toString(), builder);
      // Halves of surrogate pairs stay in its strings and become a question mark on the wire.
      return Oracle.parsed(signal, builder.build().toByteArray());
    } catch (InvalidProtocolBufferException
        | CharacterCodingException
        | JsonParseException
        | IllegalArgumentException e) {
      return null;
    }
  }

  /** Overlong forms and halves of pairs are characters for one parser and errors for the other. */
  private static String utf8(byte[] json) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
  }

  /** The JSON as a tree; null when a key comes twice, which everybody reads in his own way. */
  private static @Nullable JsonElement tree(String json) {
    try (JsonReader reader = new JsonReader(new StringReader(json))) {
      JsonElement tree = element(reader);
      return reader.peek() == JsonToken.END_DOCUMENT ? tree : null;
    } catch (IOException | IllegalStateException e) {
      return null;
    }
  }

  private static @Nullable JsonElement element(JsonReader reader) throws IOException {
    if (reader.peek() == JsonToken.BEGIN_ARRAY) {
      JsonArray array = new JsonArray();
      reader.beginArray();
      while (reader.hasNext()) {
        JsonElement element = element(reader);
        if (element == null) {
          return null;
        }
        array.add(element);
      }
      reader.endArray();
      return array;
    }
    if (reader.peek() == JsonToken.BEGIN_OBJECT) {
      JsonObject object = new JsonObject();
      reader.beginObject();
      while (reader.hasNext()) {
        String name = reader.nextName();
        JsonElement element = element(reader);
        if (element == null || object.has(name)) {
          return null;
        }
        object.add(name, element);
      }
      reader.endObject();
      return object;
    }
    return JsonParser.parseReader(reader);
  }

  private static void base64Ids(JsonObject object, Descriptor type) {
    for (Map.Entry<String, JsonElement> entry : List.copyOf(object.entrySet())) {
      FieldDescriptor field = field(type, entry.getKey());
      if (field == null) {
        continue;
      }
      JsonElement value = entry.getValue();
      if (field.getJavaType() == JavaType.MESSAGE) {
        if (value.isJsonObject()) {
          base64Ids(value.getAsJsonObject(), field.getMessageType());
        } else if (value.isJsonArray()) {
          for (JsonElement element : value.getAsJsonArray()) {
            if (element.isJsonObject()) {
              base64Ids(element.getAsJsonObject(), field.getMessageType());
            }
          }
        }
      } else if (isId(field) && value.isJsonPrimitive()) {
        byte[] id = HexFormat.of().parseHex(value.getAsString());
        object.add(entry.getKey(), new JsonPrimitive(Base64.getEncoder().encodeToString(id)));
      }
    }
  }

  private static boolean isId(FieldDescriptor field) {
    return field.getName().endsWith("trace_id") || field.getName().endsWith("span_id");
  }

  private static @Nullable FieldDescriptor field(Descriptor type, String name) {
    for (FieldDescriptor field : type.getFields()) {
      if (field.getName().equals(name) || field.getJsonName().equals(name)) {
        return field;
      }
    }
    return null;
  }
}
