package io.millrace.receiver.filelog;

import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.ResourceGroup;

/**
 * A record that came out of the receiver, with its origin. Immutable.
 *
 * @param delivered whether its Delivery ended as delivered
 */
record Received(
    String stream,
    long start,
    long end,
    String text,
    LogRecord item,
    ResourceGroup group,
    String scope,
    boolean delivered) {

  /** Origin and text, which must be the same whenever the file is read again. */
  String identity() {
    return stream + "[" + start + "," + end + ")" + text;
  }
}
