package io.millrace.benchmarks.load.file;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.benchmarks.load.records.Reading;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads records that were made of lines. The body of each is compared with the line; its
 * attributes, where the agent makes some of the line, only of one record in 64, since reading them
 * costs more than the agent may take. One thread at a time.
 */
public final class LineReading implements Reading {
  private static final int BODY = 5;
  private static final int ATTRIBUTES = 6;
  private static final int SAMPLES = 64;

  private final Lines lines;
  private final int numberAt;
  private byte[] bytes = new byte[0];
  private int position;

  public LineReading(Lines lines) {
    this.lines = lines;
    this.numberAt = lines.numberAt(0) - lines.bodyAt();
    for (int kind = 0; kind < Lines.KINDS; kind++) {
      if (lines.numberAt(kind) != lines.numberAt(0)) {
        throw new IllegalArgumentException("numbers stand at different places");
      }
    }
  }

  @Override
  public long number(byte[] message, int from, int to) {
    bytes = message;
    position = from;
    long number = BROKEN;
    int attributes = 0;
    while (position < to) {
      int tag = varint();
      int field = tag >>> 3;
      if ((tag & 7) == 2) {
        int length = varint();
        int end = position + length;
        if (field == BODY) {
          number = body(end);
        } else if (field == ATTRIBUTES) {
          attributes++;
        }
        position = end;
      } else if ((tag & 7) == 1) {
        position += 8;
      } else if ((tag & 7) == 5) {
        position += 4;
      } else {
        varint();
      }
    }
    if (number < 0) {
      return BROKEN;
    }
    int expected = lines.attributes((int) number & (Lines.KINDS - 1)).size();
    if (attributes < expected
        || (expected > 0 && number % SAMPLES == 0 && !parsed(number, message, from, to))) {
      return BROKEN;
    }
    return number;
  }

  /** The number in the text that ends there, when the text is the line of that number. */
  private long body(int end) {
    if (bytes[position++] != 0x0a) {
      return BROKEN;
    }
    int length = varint();
    int begin = position;
    if (begin + length != end || length < numberAt + Lines.DIGITS) {
      return BROKEN;
    }
    long number = 0;
    int digits = begin + numberAt;
    for (int i = 0; i < Lines.DIGITS; i++) {
      int digit = bytes[digits + i] - '0';
      if (digit < 0 || digit > 9) {
        return BROKEN;
      }
      number = number * 10 + digit;
    }
    number -= Lines.FIRST_NUMBER;
    if (number < 0) {
      return BROKEN;
    }
    byte[] line = lines.line((int) number & (Lines.KINDS - 1));
    int at = lines.bodyAt();
    int behind = at + numberAt + Lines.DIGITS;
    boolean same =
        Arrays.equals(bytes, begin, digits, line, at, at + numberAt)
            && Arrays.equals(bytes, digits + Lines.DIGITS, end, line, behind, line.length - 1);
    return same ? number : BROKEN;
  }

  private boolean parsed(long number, byte[] message, int from, int to) {
    try {
      LogRecord record = LogRecord.parseFrom(ByteString.copyFrom(message, from, to - from));
      Map<String, String> found = new TreeMap<>();
      for (KeyValue attribute : record.getAttributesList()) {
        found.put(attribute.getKey(), attribute.getValue().getStringValue());
      }
      Map<String, String> expected = lines.attributes((int) number & (Lines.KINDS - 1));
      return found.entrySet().containsAll(expected.entrySet())
          && found.containsValue(Long.toString(number + Lines.FIRST_NUMBER));
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }

  private int varint() {
    int value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte each = bytes[position++];
      if (shift < 32) {
        value |= (each & 0x7f) << shift;
      }
      if (each >= 0) {
        return value;
      }
    }
    return value;
  }
}
