package io.millrace.benchmarks.load.records;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import java.util.HashMap;
import java.util.Map;

/**
 * What a record must say where it arrives. Immutable.
 *
 * @param sent what was sent
 * @param renamed whether {@link LogRecords#OLD_KEY} must have become {@link LogRecords#NEW_KEY}
 */
public record Expectation(LogRecords sent, boolean renamed) {

  /**
   * Whether the bytes of a record say what the record at a place must say, at a time. The order of
   * fields and attributes is the agent's to choose.
   *
   * @param timeUnixNano the record's time
   */
  boolean meets(int place, long timeUnixNano, byte[] record) {
    try {
      LogRecord arrived = LogRecord.parseFrom(record);
      LogRecord expected = sent.at(place);
      return arrived.getUnknownFields().asMap().isEmpty()
          && arrived.getTimeUnixNano() == timeUnixNano
          && attributes(arrived, false).equals(attributes(expected, renamed))
          && arrived.getAttributesCount() == expected.getAttributesCount()
          && plain(arrived).equals(plain(expected));
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }

  private static LogRecord plain(LogRecord record) {
    return record.toBuilder().clearAttributes().clearTimeUnixNano().build();
  }

  private static Map<String, AnyValue> attributes(LogRecord record, boolean renamed) {
    Map<String, AnyValue> attributes = new HashMap<>();
    for (KeyValue attribute : record.getAttributesList()) {
      String key = attribute.getKey();
      attributes.put(
          renamed && key.equals(LogRecords.OLD_KEY) ? LogRecords.NEW_KEY : key,
          attribute.getValue());
    }
    return attributes;
  }
}
