package io.millrace.toolkit.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RpcStatusTest {

  @Test
  void readsWhatItWrote() throws IOException {
    for (RpcStatus status :
        new RpcStatus[] {
          new RpcStatus(0, "", null),
          new RpcStatus(14, "Später, ığdır", Duration.ofMillis(1500)),
          new RpcStatus(3, "x".repeat(300), null),
          new RpcStatus(8, "", Duration.ofHours(1)),
        }) {
      assertThat(RpcStatus.fromProtobuf(status.toProtobuf())).isEqualTo(status);
    }
  }

  @Test
  void writesWhatProtobufWrites() throws IOException {
    byte[] duration = message(o -> writeInt64(o, 1, 2));
    byte[] info = message(o -> o.writeByteArray(1, duration));
    Any any =
        Any.newBuilder()
            .setTypeUrl("type.googleapis.com/google.rpc.RetryInfo")
            .setValue(ByteString.copyFrom(info))
            .build();
    byte[] expected =
        message(
            o -> {
              o.writeInt32(1, 14);
              o.writeString(2, "later");
              o.writeMessage(3, any);
            });

    assertThat(new RpcStatus(14, "later", Duration.ofSeconds(2)).toProtobuf()).isEqualTo(expected);
  }

  @Test
  void skipsDetailsAndFieldsThatItDoesNotKnow() throws IOException {
    Any other = Any.newBuilder().setTypeUrl("x/google.rpc.Help").build();
    byte[] bytes =
        message(
            o -> {
              o.writeFixed64(9, 1);
              o.writeFixed32(10, 1);
              o.writeMessage(3, other);
              o.writeInt32(1, 5);
              o.writeString(200, "?");
            });

    assertThat(RpcStatus.fromProtobuf(bytes)).isEqualTo(new RpcStatus(5, "", null));
  }

  @Test
  void refusesDamage() {
    byte[] whole = new RpcStatus(14, "later", Duration.ofSeconds(2)).toProtobuf();
    for (int length : new int[] {1, 3, 6, 12, whole.length - 1}) {
      assertThatThrownBy(() -> RpcStatus.fromProtobuf(Arrays.copyOf(whole, length)))
          .as("%s bytes", length)
          .isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> RpcStatus.fromProtobuf(new byte[] {0x0b}))
        .isInstanceOf(IOException.class);
  }

  @Test
  void writesJson() {
    assertThat(
            new String(
                new RpcStatus(14, "a \"b\"", Duration.ofMillis(1500)).toJson(),
                StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"code\":14,\"message\":\"a \\\"b\\\"\",\"details\":[{\"@type\":"
                + "\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"1.5s\"}]}");
  }

  @Test
  void readsJson() throws IOException {
    assertThat(
            RpcStatus.fromJson(
                "{\"details\":[{\"code\":1}],\"message\":\"no\",\"code\":3}"
                    .getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(new RpcStatus(3, "no", null));
    assertThatThrownBy(() -> RpcStatus.fromJson("[]".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IOException.class);
  }

  private interface Writing {
    void write(CodedOutputStream out) throws IOException;
  }

  private static void writeInt64(CodedOutputStream out, int field, long value) throws IOException {
    out.writeInt64(field, value);
  }

  private static byte[] message(Writing writing) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    writing.write(out);
    out.flush();
    return bytes.toByteArray();
  }
}
