package io.millrace.benchmarks.load.file;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** A request of log records whose bodies are lines, one of each kind. One thread at a time. */
public final class LineRequest {
  private final byte[] bytes;
  private final int[] numbers = new int[Lines.KINDS];

  public LineRequest(Lines lines) {
    ScopeLogs.Builder scope = ScopeLogs.newBuilder();
    long now = Instant.now().getEpochSecond() * 1_000_000_000;
    for (int kind = 0; kind < Lines.KINDS; kind++) {
      byte[] line = lines.line(kind);
      String text = new String(line, 0, line.length - 1, StandardCharsets.US_ASCII);
      scope.addLogRecords(
          LogRecord.newBuilder()
              .setTimeUnixNano(now + kind)
              .setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_INFO)
              .setBody(AnyValue.newBuilder().setStringValue(text)));
    }
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    request.addResourceLogsBuilder().addScopeLogs(scope);
    bytes = request.build().toByteArray();
    byte[] number = Long.toString(Lines.FIRST_NUMBER).getBytes(StandardCharsets.US_ASCII);
    int found = 0;
    for (int i = 0; i + number.length <= bytes.length; i++) {
      if (java.util.Arrays.equals(bytes, i, i + number.length, number, 0, number.length)) {
        numbers[found++] = i;
      }
    }
  }

  /** How many records it has. */
  public int count() {
    return numbers.length;
  }

  /** How many bytes it has. */
  public int size() {
    return bytes.length;
  }

  /** The request whose records have the numbers from one on, a multiple of their count. */
  public byte[] startingAt(long first) {
    byte[] request = bytes.clone();
    for (int i = 0; i < numbers.length; i++) {
      long number = Lines.FIRST_NUMBER + first + i;
      for (int place = numbers[i] + Lines.DIGITS - 1; place >= numbers[i]; place--) {
        request[place] = (byte) ('0' + number % 10);
        number /= 10;
      }
    }
    return request;
  }
}
