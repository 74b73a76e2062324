package io.millrace.api.telemetry;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Makes random requests with every field of every message, and encodes them in odd but valid ways.
 */
final class RandomOtlp {
  private static final Set<String> CONTAINERS =
      Set.of(
          "ResourceLogs",
          "ResourceSpans",
          "ResourceMetrics",
          "ScopeLogs",
          "ScopeSpans",
          "ScopeMetrics",
          "Metric");
  private static final List<String> KEYS =
      List.of(
          "a",
          "b",
          "service.name",
          "http.request.method",
          "x",
          "",
          "schlüssel",
          "日本",
          "k".repeat(130));

  private final Random random;

  /** Whether to use unknown fields, repeated singular fields and other forms no encoder writes. */
  private final boolean odd;

  RandomOtlp(long seed, boolean odd) {
    this.random = new Random(seed);
    this.odd = odd;
  }

  /** A request of a signal. */
  Message request(Signal signal) {
    return message(Oracle.prototype(signal).getDescriptorForType(), 0);
  }

  /** The bytes of a request in a random but valid form. */
  byte[] encode(Message message) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<List<byte[]>> fields = new ArrayList<>();
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      List<byte[]> occurrences = new ArrayList<>();
      encode(entry.getKey(), entry.getValue(), occurrences);
      fields.add(occurrences);
    }
    // The order of different fields is free, that of one field's occurrences is not.
    boolean mixed = odd && random.nextInt(4) == 0;
    fields.removeIf(List::isEmpty);
    while (!fields.isEmpty()) {
      List<byte[]> next = fields.get(mixed ? random.nextInt(fields.size()) : 0);
      out.writeBytes(next.remove(0));
      if (odd && random.nextInt(12) == 0) {
        out.writeBytes(unknown());
      }
      fields.removeIf(List::isEmpty);
    }
    return out.toByteArray();
  }

  private Message message(Descriptor type, int depth) {
    DynamicMessage.Builder builder = DynamicMessage.newBuilder(type);
    boolean value = type.getName().equals("AnyValue");
    List<FieldDescriptor> fields = new ArrayList<>(type.getFields());
    if (value || type.getName().equals("Metric")) {
      // Of a oneof only one stays; a random one, and sometimes none.
      List<FieldDescriptor> choices =
          fields.stream().filter(f -> f.getContainingOneof() != null).toList();
      fields.removeAll(choices);
      if (depth > 9) {
        choices = choices.stream().filter(f -> f.getJavaType() != JavaType.MESSAGE).toList();
      }
      if (!choices.isEmpty() && random.nextInt(12) > 0) {
        fields.add(choices.get(random.nextInt(choices.size())));
      }
    }
    for (FieldDescriptor field : fields) {
      if (field.isRepeated()) {
        int count = count(field, depth);
        for (int i = 0; i < count; i++) {
          builder.addRepeatedField(field, single(field, depth));
        }
      } else if (value || random.nextInt(5) > 0) {
        builder.setField(field, single(field, depth));
      }
    }
    return builder.build();
  }

  private int count(FieldDescriptor field, int depth) {
    if (field.getJavaType() != JavaType.MESSAGE) {
      return random.nextInt(6) == 0 ? 40 : random.nextInt(4);
    }
    if (CONTAINERS.contains(field.getMessageType().getName())) {
      return random.nextInt(4);
    }
    return depth > 8 ? random.nextInt(2) : random.nextInt(4);
  }

  private Object single(FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case INT -> random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(300);
      case LONG -> random.nextInt(3) == 0 ? random.nextLong() : (long) random.nextInt(300);
      case FLOAT, DOUBLE ->
          random.nextInt(8) == 0
              ? Double.NaN
              : random.nextGaussian() * Math.pow(10, random.nextInt(20));
      case BOOLEAN -> random.nextBoolean();
      case STRING -> field.getName().equals("key") ? KEYS.get(random.nextInt(KEYS.size())) : text();
      case BYTE_STRING -> bytes(field.getName());
      case ENUM ->
          field
              .getEnumType()
              .getValues()
              .get(random.nextInt(field.getEnumType().getValues().size()));
      case MESSAGE -> message(field.getMessageType(), depth + 1);
    };
  }

  private ByteString bytes(String name) {
    int size = random.nextInt(20);
    if (name.equals("trace_id")) {
      size = 16;
    } else if (name.endsWith("span_id")) {
      size = 8;
    }
    byte[] bytes = new byte[random.nextInt(6) == 0 ? 0 : size];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  private String text() {
    return switch (random.nextInt(6)) {
      case 0 -> "";
      case 1 -> "grüße 日本 \uD83D\uDE00";
      case 2 -> "x".repeat(random.nextInt(400));
      default -> Integer.toString(random.nextInt(1000), 36);
    };
  }

  private void encode(FieldDescriptor field, Object value, List<byte[]> fields) {
    if (!field.isRepeated()) {
      if (odd && random.nextInt(16) == 0) {
        Object before = single(field, 12);
        boolean quirk =
            field.getContainingOneof() != null && field.getJavaType() == JavaType.MESSAGE;
        if (!quirk) {
          fields.add(field(field, before));
        }
      }
      fields.add(field(field, value));
      return;
    }
    List<?> values = (List<?>) value;
    boolean packed = field.isPacked() && !(odd && random.nextInt(3) == 0);
    if (packed) {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      values.forEach(element -> content.writeBytes(scalar(field, element)));
      fields.add(lengthDelimited(field.getNumber(), content.toByteArray()));
    } else {
      values.forEach(element -> fields.add(field(field, element)));
    }
  }

  private byte[] field(FieldDescriptor field, Object value) {
    return switch (field.getJavaType()) {
      case STRING ->
          lengthDelimited(field.getNumber(), ((String) value).getBytes(StandardCharsets.UTF_8));
      case BYTE_STRING -> lengthDelimited(field.getNumber(), ((ByteString) value).toByteArray());
      case MESSAGE -> lengthDelimited(field.getNumber(), encode((Message) value));
      default -> {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(varint((long) field.getNumber() << 3 | wireType(field)));
        out.writeBytes(scalar(field, value));
        yield out.toByteArray();
      }
    };
  }

  private static int wireType(FieldDescriptor field) {
    return switch (field.getType()) {
      case FIXED64, SFIXED64, DOUBLE -> Wire.FIXED64;
      case FIXED32, SFIXED32, FLOAT -> Wire.FIXED32;
      default -> Wire.VARINT;
    };
  }

  private byte[] scalar(FieldDescriptor field, Object value) {
    return switch (field.getType()) {
      case FIXED64, SFIXED64 -> fixed(((Number) value).longValue(), 8);
      case DOUBLE -> fixed(Double.doubleToRawLongBits((Double) value), 8);
      case FIXED32, SFIXED32 -> fixed(((Number) value).intValue(), 4);
      case UINT32 -> varint(((Number) value).intValue() & 0xffff_ffffL);
      case SINT32 -> {
        int n = (Integer) value;
        yield varint((n << 1 ^ n >> 31) & 0xffff_ffffL);
      }
      case BOOL -> varint((Boolean) value ? 1 : 0);
      case ENUM ->
          varint(((com.google.protobuf.Descriptors.EnumValueDescriptor) value).getNumber());
      default -> varint(((Number) value).longValue());
    };
  }

  private byte[] lengthDelimited(int number, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(varint((long) number << 3 | Wire.LEN));
    out.writeBytes(varint(content.length));
    out.writeBytes(content);
    return out.toByteArray();
  }

  /** Little-endian. */
  private static byte[] fixed(long value, int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (value >>> (8 * i));
    }
    return bytes;
  }

  /** Sometimes longer than needed. */
  private byte[] varint(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    int more = odd && random.nextInt(10) == 0 && out.size() < 4 ? random.nextInt(3) : 0;
    if (more == 0) {
      out.write((int) rest);
    } else {
      out.write((int) rest | 0x80);
      for (int i = 1; i < more; i++) {
        out.write(0x80);
      }
      out.write(0);
    }
    return out.toByteArray();
  }

  /** A field that no version of OTLP has. */
  private byte[] unknown() {
    int number = 20 + random.nextInt(3) * 1000;
    UnknownFieldSet.Field.Builder field = UnknownFieldSet.Field.newBuilder();
    switch (random.nextInt(4)) {
      case 0 -> field.addVarint(random.nextLong());
      case 1 -> field.addFixed32(random.nextInt());
      case 2 -> field.addFixed64(random.nextLong());
      default -> field.addLengthDelimited(ByteString.copyFrom(new byte[random.nextInt(200)]));
    }
    return UnknownFieldSet.newBuilder().addField(number, field.build()).build().toByteArray();
  }
}
