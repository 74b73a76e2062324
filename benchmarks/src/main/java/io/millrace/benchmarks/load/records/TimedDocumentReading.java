package io.millrace.benchmarks.load.records;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads JSON documents of records whose number is their time: {@link LogRecords}. A document begins
 * with its time and may end with its origin; what is between is read with a JSON parser once, and
 * compared byte by byte from then on. One thread at a time.
 */
public final class TimedDocumentReading implements Reading {
  private static final byte[] HEAD =
      "{\"@timestamp\":\"2026-01-01T00:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ORIGIN = ",\"origin\":{".getBytes(StandardCharsets.US_ASCII);
  private static final int MINUTES_AT = HEAD.length;
  private static final int SECONDS_AT = MINUTES_AT + 3;
  private static final int NANOS_AT = SECONDS_AT + 3;
  private static final int TIME_END = NANOS_AT + 9;

  private final ObjectMapper json = new ObjectMapper();
  private final LogRecords sent;
  private final boolean origins;
  private final byte[][] forms;

  /**
   * A reading of what was sent.
   *
   * @param origins whether every document must have an origin; otherwise none may
   */
  public TimedDocumentReading(LogRecords sent, boolean origins) {
    this.sent = sent;
    this.origins = origins;
    this.forms = new byte[sent.count()][];
  }

  @Override
  public long number(byte[] message, int from, int to) {
    if (to - from <= TIME_END
        || !Arrays.equals(message, from, from + MINUTES_AT, HEAD, 0, HEAD.length)) {
      return BROKEN;
    }
    long minutes = digits(message, from + MINUTES_AT, 2);
    long seconds = digits(message, from + SECONDS_AT, 2);
    long nanos = digits(message, from + NANOS_AT, 9);
    if (minutes < 0 || seconds < 0 || nanos < 0) {
      return BROKEN;
    }
    // The time of record 0 is that of HEAD.
    long number = (minutes * 60 + seconds) * 1_000_000_000 + nanos;
    int place = (int) (number & (sent.stride() - 1));
    int end = origin(message, from, to);
    boolean asExpected = (end >= 0) == origins;
    return asExpected
            && place < sent.count()
            && looksRight(message, place, from, end < 0 ? to : end)
        ? number
        : BROKEN;
  }

  /** Where the origin begins, the last member of a document; -1 when there is none. */
  private static int origin(byte[] message, int from, int to) {
    for (int i = to - ORIGIN.length; i > from; i--) {
      if (message[i] == ','
          && Arrays.equals(message, i, i + ORIGIN.length, ORIGIN, 0, ORIGIN.length)) {
        return i;
      }
    }
    return -1;
  }

  private boolean looksRight(byte[] message, int place, int from, int end) {
    byte[] form = forms[place];
    if (form != null && Arrays.equals(message, from + TIME_END, end, form, 0, form.length)) {
      return true;
    }
    if (!says(message, from, end, sent.at(place))) {
      return false;
    }
    forms[place] = Arrays.copyOfRange(message, from + TIME_END, end);
    return true;
  }

  private boolean says(byte[] message, int from, int end, LogRecord record) {
    String text = new String(message, from, end - from, StandardCharsets.UTF_8);
    try {
      JsonNode document = json.readTree(origins ? text + "}" : text);
      JsonNode attributes = document.path("attributes");
      boolean same = attributes.size() == record.getAttributesCount();
      for (KeyValue attribute : record.getAttributesList()) {
        String value =
            attribute.getValue().hasIntValue()
                ? Long.toString(attribute.getValue().getIntValue())
                : attribute.getValue().getStringValue();
        same &= attributes.path(attribute.getKey()).asText().equals(value);
      }
      return same
          && document.path("body").path("text").asText().equals(record.getBody().getStringValue())
          && document.path("severity_text").asText().equals(record.getSeverityText())
          && document.path("severity_number").asInt() == record.getSeverityNumberValue()
          && document.path("scope").path("name").asText().equals("io.example.checkout")
          && document.path("resource").path("attributes").size() == 3;
    } catch (IOException e) {
      return false;
    }
  }

  /** A number of so many digits; -1 when there is something else. */
  private static long digits(byte[] message, int at, int count) {
    long number = 0;
    for (int i = 0; i < count; i++) {
      int digit = message[at + i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
