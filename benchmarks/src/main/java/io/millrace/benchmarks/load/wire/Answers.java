package io.millrace.benchmarks.load.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;

/** Gets the answers to requests, on the loop's thread. */
interface Answers {
  /**
   * Whether an agent that answers with success has taken all of a request. The answer may hold a
   * partial success that rejects nothing: the Collector always writes one.
   */
  static boolean isWhole(byte[] answer, int from, int to) {
    if (from == to) {
      return true;
    }
    try {
      return ExportLogsServiceResponse.parseFrom(ByteString.copyFrom(answer, from, to - from))
              .getPartialSuccess()
              .getRejectedLogRecords()
          == 0;
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }

  /** The agent has taken a request, all of it. */
  void taken(long request);

  /** The agent has not taken it; it may be sent again. */
  void refused(long request, String why);
}
