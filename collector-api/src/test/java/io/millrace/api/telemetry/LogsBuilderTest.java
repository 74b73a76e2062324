package io.millrace.api.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogsBuilderTest {
  private static final AttributeKey TEXT = AttributeKey.of("text");
  private static final AttributeKey NUMBER = AttributeKey.of("number");
  private static final AttributeKey BYTES = AttributeKey.of("bytes");

  @Test
  void buildsWhatTheOracleBuilds() throws Exception {
    LogsBuilder builder = Logs.builder();
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      var request = ExportLogsServiceRequest.newBuilder();
      int records = 0;
      for (int groups = random.nextInt(3); groups > 0; groups--) {
        String host = text(random);
        builder.resource(resource -> resource.put(TEXT, host));
        ResourceLogs.Builder group = request.addResourceLogsBuilder();
        group.getResourceBuilder().addAttributes(keyValue("text", string(host)));
        for (int scopes = random.nextInt(3); scopes > 0; scopes--) {
          String name = text(random);
          builder.scope(name, "v");
          ScopeLogs.Builder scope = group.addScopeLogsBuilder();
          scope.getScopeBuilder().setName(name).setVersion("v");
          for (int i = random.nextInt(5); i > 0; i--) {
            record(builder.record(), scope.addLogRecordsBuilder(), random);
            records++;
          }
        }
      }
      assertThat(builder.itemCount()).isEqualTo(records);
      int about = builder.sizeBytes();
      Logs logs = builder.build();
      assertThat(ExportLogsServiceRequest.parseFrom(logs.toBytes()))
          .describedAs("seed %d", seed)
          .isEqualTo(request.build());
      assertThat(logs.itemCount()).isEqualTo(records);
      assertThat(logs.sizeBytes()).isBetween(about - 8, about + 8);
      assertThat(Logs.read(logs.toBytes()).itemCount()).isEqualTo(records);
      assertThat(builder.itemCount()).isZero();
    }
  }

  @Test
  void beginsGroupAndScopeByItself() throws Exception {
    LogsBuilder builder = Logs.builder();
    builder.record().body(Value.of("a"));
    builder.record().body(Value.of("b"));
    assertThat(ExportLogsServiceRequest.parseFrom(builder.build().toBytes()))
        .isEqualTo(
            ExportLogsServiceRequest.newBuilder()
                .addResourceLogs(
                    ResourceLogs.newBuilder()
                        .addScopeLogs(
                            ScopeLogs.newBuilder()
                                .addLogRecords(
                                    io.opentelemetry.proto.logs.v1.LogRecord.newBuilder()
                                        .setBody(string("a")))
                                .addLogRecords(
                                    io.opentelemetry.proto.logs.v1.LogRecord.newBuilder()
                                        .setBody(string("b")))))
                .build());
    assertThat(builder.build().isEmpty()).isTrue();
    assertThat(builder.build().sizeBytes()).isZero();
  }

  @Test
  void replacesInvalidUtf8() throws Exception {
    LogsBuilder builder = Logs.builder();
    byte[] invalid = {'a', (byte) 0xff, (byte) 0xc3, 'b'};
    builder.record().bodyUtf8(invalid, 0, 4).putUtf8(TEXT, invalid, 1, 2);
    byte[] bytes = builder.build().toBytes();
    var record =
        ExportLogsServiceRequest.parseFrom(bytes)
            .getResourceLogs(0)
            .getScopeLogs(0)
            .getLogRecords(0);
    assertThat(record.getBody().getStringValue()).isEqualTo("a\uFFFD\uFFFDb");
    assertThat(record.getAttributes(0).getValue().getStringValue()).isEqualTo("\uFFFD\uFFFD");
  }

  @Test
  void writesTextsAroundTheLengthThatTakesTwoBytes() throws Exception {
    for (int length = 0; length < 300; length++) {
      for (int keyLength : new int[] {0, 1, 7, 118, 119, 120, 121, 127, 128, 200}) {
        String key = "k".repeat(keyLength);
        String text = "t".repeat(length);
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        LogsBuilder builder = Logs.builder();
        builder.record().putUtf8(AttributeKey.of(key), utf8, 0, length).timeUnixNanos(5);
        var record =
            io.opentelemetry.proto.logs.v1.LogRecord.newBuilder()
                .addAttributes(keyValue(key, string(text)))
                .setTimeUnixNano(5);
        var scope = ScopeLogs.newBuilder().addLogRecords(record);
        var group = ResourceLogs.newBuilder().addScopeLogs(scope);
        assertThat(ExportLogsServiceRequest.parseFrom(builder.build().toBytes()))
            .isEqualTo(ExportLogsServiceRequest.newBuilder().addResourceLogs(group).build());
      }
    }
  }

  @Test
  void carriesOrigins() {
    LogsBuilder builder = Logs.builder();
    builder.record().origin("file/x", 0, 10, 0);
    builder.record().origin("file/x", 10, 30, 0);
    Logs logs = builder.build();
    assertThat(logs.origins().end(1)).isEqualTo(30);
    builder.record().origin("file/x", 30, 40, 0);
    builder.record();
    assertThatThrownBy(builder::build).hasMessage("origins: 1 (expected: 2, one per record)");
    builder.record();
    assertThat(builder.build().origins()).isSameAs(Origins.NONE);
  }

  @Test
  void refusesASecondBodyAndOddIds() {
    LogsBuilder builder = Logs.builder();
    LogRecordWriter record = builder.record().body(Value.of(1));
    assertThatThrownBy(() -> record.body(Value.of(2))).hasMessage("The record has a body");
    assertThatThrownBy(() -> record.traceId(new byte[8])).hasMessage("id: 8 bytes (expected: 16)");
    assertThatThrownBy(() -> record.spanId(new byte[9])).hasMessage("id: 9 bytes (expected: 8)");
  }

  private static void record(
      LogRecordWriter writer,
      io.opentelemetry.proto.logs.v1.LogRecord.Builder oracle,
      Random random) {
    long time = random.nextLong();
    String text = text(random);
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    byte[] id = new byte[16];
    random.nextBytes(id);
    writer.timeUnixNanos(time).observedTimeUnixNanos(5).severity(9, text).traceId(id).flags(1);
    oracle.setTimeUnixNano(time).setObservedTimeUnixNano(5).setSeverityText(text).setFlags(1);
    oracle
        .setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_INFO)
        .setTraceId(ByteString.copyFrom(id));
    writer.spanId(new byte[8]).eventName("e");
    oracle.setSpanId(ByteString.copyFrom(new byte[8])).setEventName("e");
    if (random.nextBoolean()) {
      writer.bodyUtf8(utf8, 0, utf8.length);
      oracle.setBody(string(text));
    } else {
      writer.body(Value.of(3.5));
      oracle.setBody(AnyValue.newBuilder().setDoubleValue(3.5));
    }
    writer
        .put(TEXT, text)
        .put(NUMBER, time)
        .put("odd", Value.of(true))
        .putUtf8(TEXT, utf8, 0, utf8.length);
    oracle.addAttributes(keyValue("text", string(text)));
    oracle.addAttributes(keyValue("number", AnyValue.newBuilder().setIntValue(time).build()));
    oracle.addAttributes(keyValue("odd", AnyValue.newBuilder().setBoolValue(true).build()));
    oracle.addAttributes(keyValue("text", string(text)));
    writer.put(BYTES, Value.of(id));
    oracle.addAttributes(
        keyValue("bytes", AnyValue.newBuilder().setBytesValue(ByteString.copyFrom(id)).build()));
  }

  private static String text(Random random) {
    return random.nextInt(9) == 0 ? "ü".repeat(20_000) : "日".repeat(random.nextInt(70));
  }

  private static AnyValue string(String text) {
    return AnyValue.newBuilder().setStringValue(text).build();
  }

  private static KeyValue keyValue(String key, AnyValue value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }
}
