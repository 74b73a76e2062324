package io.millrace.benchmarks.load.file;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.benchmarks.load.records.Reading;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads records that were made of lines. The body of each is compared with the line. Where the
 * agent makes attributes of the line, the first record of a kind is read with the generated
 * classes; those of later ones must be the same bytes, save the number, in any order. One thread at
 * a time.
 */
public final class LineReading implements Reading {
  private static final int BODY = 5;
  private static final int ATTRIBUTES = 6;
  private static final int MAX_ATTRIBUTES = 32;

  /** The tag of an attribute's value, which an encoder may write before the key. */
  private static final byte VALUE_TAG = 0x12;

  /** How the keys of attributes begin that say which file a line is from. */
  private static final byte[] FILE_KEY = "log.file.".getBytes(StandardCharsets.US_ASCII);

  private final Lines lines;
  private final int numberAt;
  private final Form[][] forms = new Form[Lines.KINDS][];
  private final int[] begins = new int[MAX_ATTRIBUTES];
  private final int[] ends = new int[MAX_ATTRIBUTES];
  private byte[] bytes = new byte[0];
  private int position;
  private int attributes;
  private int digits;

  /** An attribute's bytes, and where in them the number stands; -1 when it does not. */
  @SuppressWarnings("ArrayRecordComponent") // compared in place, never by equals
  private record Form(byte[] bytes, int digitsAt) {}

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
    attributes = 0;
    while (position < to) {
      int tag = varint();
      int field = tag >>> 3;
      if ((tag & 7) == 2) {
        int length = varint();
        int end = position + length;
        if (field == BODY) {
          number = body(end);
        } else if (field == ATTRIBUTES && !isOfFile(end)) {
          if (attributes == MAX_ATTRIBUTES) {
            return BROKEN;
          }
          begins[attributes] = position;
          ends[attributes++] = end;
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
    return number >= 0 && attributesAreRight(number, from, to) ? number : BROKEN;
  }

  private boolean isOfFile(int end) {
    int begin = position;
    if (bytes[position++] == VALUE_TAG) {
      int length = varint();
      position += length + 1;
    }
    int key = position + 1;
    int keyEnd = key + FILE_KEY.length;
    position = begin;
    return keyEnd <= end && Arrays.equals(bytes, key, keyEnd, FILE_KEY, 0, FILE_KEY.length);
  }

  private boolean attributesAreRight(long number, int from, int to) {
    int kind = (int) number & (Lines.KINDS - 1);
    if (lines.attributes(kind).isEmpty() || looksLike(forms[kind])) {
      return true;
    }
    if (!parsed(number, from, to)) {
      return false;
    }
    forms[kind] = learn(digits);
    return true;
  }

  private boolean looksLike(Form @Nullable [] known) {
    if (known == null || known.length != attributes) {
      return false;
    }
    int found = 0;
    for (int i = 0; i < attributes; i++) {
      int form = i;
      for (int tried = 0; !isOf(known[form], begins[i], ends[i]); tried++) {
        if (tried == attributes) {
          return false;
        }
        form = form + 1 == attributes ? 0 : form + 1;
      }
      found |= 1 << form;
    }
    return Integer.bitCount(found) == attributes;
  }

  private boolean isOf(Form form, int begin, int end) {
    int at = form.digitsAt;
    return end - begin == form.bytes.length
        && (at < 0
            ? Arrays.equals(bytes, begin, end, form.bytes, 0, form.bytes.length)
            : sameButForNumber(begin, end, form.bytes, at));
  }

  private boolean sameButForNumber(int begin, int end, byte[] form, int at) {
    int behind = at + Lines.DIGITS;
    return Arrays.equals(bytes, begin, begin + at, form, 0, at)
        && Arrays.equals(bytes, begin + at, begin + behind, bytes, digits, digits + Lines.DIGITS)
        && Arrays.equals(bytes, begin + behind, end, form, behind, form.length);
  }

  private Form[] learn(int number) {
    Form[] learnt = new Form[attributes];
    for (int i = 0; i < attributes; i++) {
      int at = -1;
      for (int j = begins[i]; at < 0 && j + Lines.DIGITS <= ends[i]; j++) {
        if (Arrays.equals(bytes, j, j + Lines.DIGITS, bytes, number, number + Lines.DIGITS)) {
          at = j - begins[i];
        }
      }
      learnt[i] = new Form(Arrays.copyOfRange(bytes, begins[i], ends[i]), at);
    }
    return learnt;
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
    digits = begin + numberAt;
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

  private boolean parsed(long number, int from, int to) {
    try {
      LogRecord record = LogRecord.parseFrom(ByteString.copyFrom(bytes, from, to - from));
      Map<String, String> found = new TreeMap<>();
      for (KeyValue attribute : record.getAttributesList()) {
        found.put(attribute.getKey(), attribute.getValue().getStringValue());
      }
      Map<String, String> expected = lines.attributes((int) number & (Lines.KINDS - 1));
      found.keySet().removeIf(key -> key.startsWith("log.file."));
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
