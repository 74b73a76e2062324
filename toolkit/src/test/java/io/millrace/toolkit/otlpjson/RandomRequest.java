package io.millrace.toolkit.otlpjson;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes messages with random content in every field. */
final class RandomRequest {
  private final Random random;

  RandomRequest(long seed) {
    this.random = new Random(seed);
  }

  Message of(Descriptor type) {
    return message(type, 0);
  }

  private Message message(Descriptor type, int depth) {
    DynamicMessage.Builder builder = DynamicMessage.newBuilder(type);
    List<FieldDescriptor> choices = new ArrayList<>();
    for (FieldDescriptor field : type.getFields()) {
      boolean tooDeep = depth > 8 && field.getJavaType() == JavaType.MESSAGE;
      if (field.getRealContainingOneof() != null) {
        if (!tooDeep) {
          choices.add(field);
        }
      } else if (field.isRepeated()) {
        for (int i = tooDeep ? 0 : random.nextInt(3); i > 0; i--) {
          builder.addRepeatedField(field, single(field, depth));
        }
      } else if (random.nextInt(4) > 0) {
        builder.setField(field, single(field, depth));
      }
    }
    if (!choices.isEmpty() && random.nextInt(10) > 0) {
      FieldDescriptor choice = choices.get(random.nextInt(choices.size()));
      builder.setField(choice, single(choice, depth));
    }
    return builder.build();
  }

  private Object single(FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case INT -> random.nextInt();
      case LONG -> random.nextBoolean() ? random.nextLong() : (long) random.nextInt(100);
      case FLOAT, DOUBLE ->
          switch (random.nextInt(8)) {
            case 0 -> Double.NaN;
            case 1 -> Double.NEGATIVE_INFINITY;
            case 2 -> Double.POSITIVE_INFINITY;
            default -> random.nextGaussian() * Math.pow(10, random.nextInt(60) - 30);
          };
      case BOOLEAN -> random.nextBoolean();
      case STRING -> random.nextInt(4) == 0 ? "" : "ü\"\\\n\u0001\uD83D\uDE00" + random.nextInt(50);
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
    byte[] bytes = new byte[random.nextInt(9)];
    if (name.endsWith("_id")) {
      bytes = new byte[name.startsWith("trace") ? 16 : 8];
    }
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }
}
