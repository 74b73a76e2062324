package io.millrace.toolkit.otlpjson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.api.telemetry.Signal;
import io.millrace.api.telemetry.Span;
import io.millrace.api.telemetry.Value;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtlpJsonTest {
  private static final int SEEDS = 150;
  private static final Set<String> IDS =
      Set.of("traceId", "spanId", "parentSpanId", "trace_id", "span_id", "parent_span_id");

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROFILES")
  void readsWhatTheOracleWrites(Signal signal) throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      Message request = random(signal, seed);
      JsonFormat.Printer printer = JsonFormat.printer();
      if (seed % 3 == 1) {
        printer = printer.preservingProtoFieldNames().omittingInsignificantWhitespace();
      } else if (seed % 3 == 2) {
        printer = printer.printingEnumsAsInts();
      }
      String json = withIds(printer.print(request), OtlpJsonTest::hexOfBase64);
      Batch batch = OtlpJson.read(signal, json.getBytes(StandardCharsets.UTF_8));
      assertThat(parse(signal, batch.toBytes()))
          .describedAs("%s, seed %d", signal, seed)
          .isEqualTo(request);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROFILES")
  void writesWhatTheOracleReads(Signal signal) throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      Message request = random(signal, seed);
      String json = write(Batch.read(signal, request.toByteArray()));
      Message.Builder builder = prototype(signal).newBuilderForType();
      JsonFormat.parser().merge(withIds(json, OtlpJsonTest::base64OfHex), builder);
      assertThat(builder.build()).describedAs("%s, seed %d", signal, seed).isEqualTo(request);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROFILES")
  void readsWhatItWrites(Signal signal) throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      Message request = random(signal, seed);
      Batch batch = Batch.read(signal, request.toByteArray());
      Batch again = OtlpJson.read(signal, write(batch).getBytes(StandardCharsets.UTF_8));
      assertThat(parse(signal, again.toBytes()))
          .describedAs("%s, seed %d", signal, seed)
          .isEqualTo(request);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROFILES")
  void throwsNothingElseOnBrokenJson(Signal signal) throws Exception {
    int broken = 0;
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      byte[] json =
          write(Batch.read(signal, random(signal, seed).toByteArray()))
              .getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 40; i++) {
        byte[] changed = Arrays.copyOf(json, 1 + random.nextInt(json.length));
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
        try {
          OtlpJson.read(signal, changed);
        } catch (MalformedTelemetryException e) {
          broken++;
        }
      }
    }
    assertThat(broken).isGreaterThan(1000);
  }

  @ParameterizedTest
  @CsvSource({"logs.json,LOGS", "events.json,LOGS", "metrics.json,METRICS", "trace.json,TRACES"})
  void readsTheExamplesOfTheSpecification(String file, Signal signal) throws Exception {
    Path example = conformance().resolve("proto/examples").resolve(file);
    assumeTrue(Files.exists(example), () -> "The OTLP examples are not here: " + example);
    String json = Files.readString(example);
    Batch batch = OtlpJson.read(signal, json.getBytes(StandardCharsets.UTF_8));
    Message.Builder builder = prototype(signal).newBuilderForType();
    JsonFormat.parser()
        .ignoringUnknownFields()
        .merge(withIds(json, OtlpJsonTest::base64OfHex), builder);
    assertThat(batch.itemCount()).isPositive();
    assertThat(parse(signal, batch.toBytes())).isEqualTo(builder.build());
  }

  @Test
  void writesIdsAsHexAndLongsAsStrings() throws Exception {
    var builder = Logs.builder();
    builder.resource(attributes -> attributes.put("n", Value.of(7)));
    builder.scope("s", "1");
    builder
        .record()
        .timeUnixNanos(1_544_712_660_300_000_000L)
        .severity(9, "INFO")
        .body(Value.ofList(List.of(Value.of("a"), Value.of(true), Value.of(0.5))))
        .put("m", Value.ofMap(Map.of("k", Value.of(new byte[] {1, 2, 3}))))
        .traceId(HexFormat.of().parseHex("5b8efff798038103d269b633813fc60c"))
        .spanId(HexFormat.of().parseHex("eee19b7ec3c1b174"));
    assertThat(write(builder.build()))
        .isEqualTo(
            "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"n\",\"value\":{\"intValue\":\"7\"}}]},"
                + "\"scopeLogs\":[{\"scope\":{\"name\":\"s\",\"version\":\"1\"},\"logRecords\":["
                + "{\"timeUnixNano\":\"1544712660300000000\",\"severityNumber\":9,\"severityText\":\"INFO\","
                + "\"body\":{\"arrayValue\":{\"values\":[{\"stringValue\":\"a\"},{\"boolValue\":true},{\"doubleValue\":0.5}]}},"
                + "\"attributes\":[{\"key\":\"m\",\"value\":{\"kvlistValue\":{\"values\":[{\"key\":\"k\",\"value\":{\"bytesValue\":\"AQID\"}}]}}}],"
                + "\"traceId\":\"5b8efff798038103d269b633813fc60c\",\"spanId\":\"eee19b7ec3c1b174\"}]}]}]}");
  }

  @Test
  void isLenientWhereTheSpecificationIs() throws Exception {
    String json =
        """
        {"unknown": [{"x": {}}], "resource_spans": [{"resource": null, "scopeSpans": [{"spans": [{
          "traceId": "5B8EFFF798038103D269B633813FC60C", "spanId": "eee19b7ec3c1b174",
          "parentSpanId": "", "startTimeUnixNano": 1544712660000000000, "endTimeUnixNano": "18446744073709551615",
          "kind": "SPAN_KIND_SERVER", "flags": 1.0, "droppedLinksCount": "4e3",
          "attributes": [{"key": "d", "value": {"doubleValue": "Infinity"}}, {"key": "e", "value": {"bytesValue": "_-8"}}]
        }]}]}]}
        """;
    Batch batch = OtlpJson.read(Signal.TRACES, json.getBytes(StandardCharsets.UTF_8));
    batch.forEachItem(
        (group, scope, item) -> {
          Span span = (Span) item;
          assertThat(span.traceId()).isEqualTo("5b8efff798038103d269b633813fc60c");
          assertThat(span.parentSpanId()).isEmpty();
          assertThat(span.startTimeUnixNanos()).isEqualTo(1_544_712_660_000_000_000L);
          assertThat(span.endTimeUnixNanos()).isEqualTo(-1);
          assertThat(span.kind()).isEqualTo(2);
          assertThat(span.flags()).isEqualTo(1);
          assertThat(span.droppedLinksCount()).isEqualTo(4000);
          assertThat(span.attributes().get("d")).isEqualTo(Value.of(Double.POSITIVE_INFINITY));
          assertThat(span.attributes().get("e")).isEqualTo(Value.of(new byte[] {-1, -17}));
        });
    assertThat(batch.itemCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}{}",
        "{\"resourceLogs\":{}}",
        "{\"resourceLogs\":[7]}",
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"traceId\":\"00\"}]}]}]}",
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"spanId\":\"zzzzzzzzzzzzzzzz\"}]}]}]}",
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"timeUnixNano\":-1}]}]}]}",
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"timeUnixNano\":\"1e999999999\"}]}]}]}",
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"timeUnixNano\":1.5}]}]}]}",
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"flags\":4294967296}]}]}]}",
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"severityNumber\":\"LOUD\"}]}]}]}",
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"boolValue\":\"true\"}}]}]}]}",
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"doubleValue\":\"1d\"}}]}]}]}",
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"bytesValue\":\"*\"}}]}]}]}",
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"stringValue\":1}}]}]}]}"
      })
  void refusesWhatIsNoRequest(String json) {
    assertThatThrownBy(() -> OtlpJson.read(Signal.LOGS, json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(MalformedTelemetryException.class);
  }

  @Test
  void saysWhereTheJsonBreaksOff() {
    assertThatThrownBy(
            () ->
                OtlpJson.read(Signal.LOGS, "{\"resourceLogs\":[".getBytes(StandardCharsets.UTF_8)))
        .hasMessage(
            "No JSON: Unexpected end-of-input: expected close marker for Array (start marker at"
                + " line: 1, column: 17) at byte 17");
  }

  @Test
  void boundsNestingOfKnownAndUnknownKeys() {
    String lists = "{\"arrayValue\":{\"values\":[".repeat(60) + "]}}".repeat(60);
    String known =
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":" + lists + "}]}]}]}";
    assertThatThrownBy(() -> OtlpJson.read(Signal.LOGS, known.getBytes(StandardCharsets.UTF_8)))
        .hasMessageStartingWith("More than 100 messages nested");
    String unknown = "{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertThatThrownBy(() -> OtlpJson.read(Signal.LOGS, unknown.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(MalformedTelemetryException.class);
  }

  @Test
  void writesListsThatAreScatteredOnTheWire() throws Exception {
    // Two attributes with the body between them.
    byte[] record = {0x32, 3, 0x0a, 1, 'a', 0x2a, 3, 0x0a, 1, 'x', 0x32, 3, 0x0a, 1, 'b'};
    byte[] bytes = wrap(wrap(wrap(record, 0x12), 0x12), 0x0a);
    Batch batch = Batch.read(Signal.LOGS, bytes);
    List<String> keys = new ArrayList<>();
    OtlpJson.read(Signal.LOGS, write(batch).getBytes(StandardCharsets.UTF_8))
        .forEachItem(
            (group, scope, item) -> {
              item.attributes().forEach(attribute -> keys.add(attribute.key()));
              keys.add(((LogRecord) item).body().stringValue());
            });
    assertThat(keys).containsExactly("a", "b", "x");
  }

  @Test
  void writesAListAroundAnUnknownFieldOnce() throws Exception {
    byte[] record = {0x32, 3, 0x0a, 1, 'a', (byte) 0xa0, 1, 5, 0x32, 3, 0x0a, 1, 'b'};
    byte[] bytes = wrap(wrap(wrap(record, 0x12), 0x12), 0x0a);
    assertThat(write(Batch.read(Signal.LOGS, bytes)))
        .contains("\"attributes\":[{\"key\":\"a\"},{\"key\":\"b\"}]");
  }

  @Test
  void writesAnIdOfAWrongLengthAsNone() throws Exception {
    byte[] record = {0x4a, 3, 1, 2, 3, 0x52, 8, 1, 2, 3, 4, 5, 6, 7, 8};
    Batch batch = Batch.read(Signal.LOGS, wrap(wrap(wrap(record, 0x12), 0x12), 0x0a));
    assertThat(write(batch)).contains("\"traceId\":\"\",\"spanId\":\"0102030405060708\"");
    batch.forEachItem(
        (group, scope, item) -> {
          assertThat(((LogRecord) item).traceId()).isEmpty();
          assertThat(((LogRecord) item).spanId()).isEqualTo("0102030405060708");
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "\"", "\\", "\u0001", "\n", "\u007f", "é", "日", "😀", "é\u0000日\"😀"})
  void writesLongTextsAsItWritesShortOnes(String part) throws Exception {
    // One byte in front, so that characters lie across every border.
    assertThat(body("x" + part.repeat(30_000))).isEqualTo("x" + body(part).repeat(30_000));
  }

  @Test
  void writesLongTextsThatAreNoUtf8AsTheyAreRead() throws Exception {
    byte[] utf8 = "é日".repeat(20_000).getBytes(StandardCharsets.UTF_8);
    byte[] broken = Arrays.copyOf(utf8, utf8.length - 1);
    String read = new String(broken, StandardCharsets.UTF_8);
    assertThat(read).endsWith("\ufffd");
    assertThat(body(broken)).isEqualTo(read);
  }

  @Test
  void leavesTheStreamOpen() throws Exception {
    boolean[] closed = {false};
    var out =
        new ByteArrayOutputStream() {
          @Override
          public void close() throws IOException {
            closed[0] = true;
            super.close();
          }
        };
    OtlpJson.write(Batch.empty(Signal.LOGS), out);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("{}");
    assertThat(closed[0]).isFalse();
  }

  /** The public test data: a system property, or {@code shared} beside or above the project. */
  private static Path conformance() {
    String property = System.getProperty("millrace.conformance");
    if (property != null) {
      return Path.of(property);
    }
    Path folder = Path.of(System.getProperty("millrace.root", "")).toAbsolutePath();
    while (folder.getParent() != null && !Files.exists(folder.resolve("shared/conformance"))) {
      folder = folder.getParent();
    }
    return folder.resolve("shared/conformance");
  }

  private static byte[] wrap(byte[] content, int tag) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.length;
    for (; length > 0x7f; length >>>= 7) {
      out.write((length & 0x7f) | 0x80);
    }
    out.write(length);
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static Message random(Signal signal, long seed) throws Exception {
    Message message = new RandomRequest(seed).of(prototype(signal).getDescriptorForType());
    return parse(signal, message.toByteArray());
  }

  private static String write(Batch batch) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    OtlpJson.write(batch, out);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String body(String text) throws Exception {
    return body(text.getBytes(StandardCharsets.UTF_8));
  }

  /** What is written for a body, without the quotes. */
  private static String body(byte[] utf8) throws Exception {
    byte[] record = wrap(wrap(utf8, 0x0a), 0x2a);
    byte[] request = wrap(wrap(wrap(record, 0x12), 0x12), 0x0a);
    String json = write(Batch.read(Signal.LOGS, request));
    String before =
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"stringValue\":\"";
    String after = "\"}}]}]}]}";
    assertThat(json).startsWith(before).endsWith(after);
    return json.substring(before.length(), json.length() - after.length());
  }

  private static Message prototype(Signal signal) {
    return switch (signal) {
      case LOGS -> ExportLogsServiceRequest.getDefaultInstance();
      case METRICS -> ExportMetricsServiceRequest.getDefaultInstance();
      case PROFILES -> throw signal.unsupported();
      case TRACES -> ExportTraceServiceRequest.getDefaultInstance();
    };
  }

  private static Message parse(Signal signal, byte[] bytes) throws Exception {
    return prototype(signal).getParserForType().parseFrom(bytes);
  }

  private static String withIds(String json, UnaryOperator<String> change) {
    JsonElement tree = JsonParser.parseString(json);
    changeIds(tree, change);
    return tree.toString();
  }

  private static void changeIds(JsonElement element, UnaryOperator<String> change) {
    if (element instanceof JsonArray array) {
      array.forEach(child -> changeIds(child, change));
    } else if (element instanceof JsonObject object) {
      for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
        if (IDS.contains(entry.getKey())) {
          entry.setValue(new JsonPrimitive(change.apply(entry.getValue().getAsString())));
        } else {
          changeIds(entry.getValue(), change);
        }
      }
    }
  }

  private static String hexOfBase64(String base64) {
    return HexFormat.of().formatHex(Base64.getDecoder().decode(base64));
  }

  private static String base64OfHex(String hex) {
    return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
  }
}
