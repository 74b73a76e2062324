package io.millrace.benchmarks.load.file;

import io.millrace.benchmarks.load.records.Reading;
import java.util.Arrays;

/**
 * Finds the line in a JSON document that was made of it: whatever stands around, the line must be
 * there as it was. Lines have nothing in them that JSON writes otherwise. One thread at a time.
 */
public final class DocumentReading implements Reading {
  private final Lines lines;
  private final int numberAt;

  public DocumentReading(Lines lines) {
    this.lines = lines;
    this.numberAt = lines.numberAt(0);
  }

  @Override
  public long number(byte[] message, int from, int to) {
    byte[] first = lines.line(0);
    for (int begin = from; begin + numberAt + Lines.DIGITS < to; begin++) {
      if (message[begin] == first[0]
          && Arrays.equals(message, begin, begin + numberAt, first, 0, numberAt)) {
        return numberOf(message, begin, to);
      }
    }
    return BROKEN;
  }

  private long numberOf(byte[] message, int begin, int to) {
    long number = 0;
    int digits = begin + numberAt;
    for (int i = 0; i < Lines.DIGITS; i++) {
      int digit = message[digits + i] - '0';
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
    int behind = numberAt + Lines.DIGITS;
    int end = begin + line.length - 1;
    boolean same =
        end < to
            && message[end] == '"'
            && Arrays.equals(message, begin + behind, end, line, behind, line.length - 1);
    return same ? number : BROKEN;
  }
}
