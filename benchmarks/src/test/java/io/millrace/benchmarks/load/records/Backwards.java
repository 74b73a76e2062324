package io.millrace.benchmarks.load.records;

import com.google.protobuf.CodedInputStream;
import io.opentelemetry.proto.logs.v1.LogRecord;
import java.io.IOException;
import java.util.Arrays;

/**
 * Encodes as the Collector 0.165 does: the last field first, an attribute's value before its key.
 */
public final class Backwards {
  private Backwards() {}

  /** A record, whose fields may have tags of one byte only. */
  public static byte[] encode(LogRecord logRecord) {
    return turned(logRecord.toByteArray(), true);
  }

  private static byte[] turned(byte[] message, boolean attributesToo) {
    byte[] turned = new byte[message.length];
    int begin = 0;
    while (begin < message.length) {
      int end = end(message, begin);
      System.arraycopy(message, begin, turned, message.length - end, end - begin);
      if (attributesToo && message[begin] >>> 3 == LogRecord.ATTRIBUTES_FIELD_NUMBER) {
        int content = begin + 2;
        byte[] attribute = Arrays.copyOfRange(message, content, end);
        System.arraycopy(
            turned(attribute, false), 0, turned, message.length - end + 2, attribute.length);
      }
      begin = end;
    }
    return turned;
  }

  /** Where the field that begins there ends. */
  private static int end(byte[] message, int begin) {
    try {
      CodedInputStream in = CodedInputStream.newInstance(message, begin, message.length - begin);
      in.skipField(in.readTag());
      return begin + in.getTotalBytesRead();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
