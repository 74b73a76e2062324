package io.millrace.core.log;

/** An append that waits to be written. Of the thread that writes once it was taken. */
final class Append {
  final RecordBody body;
  final SegmentLog.Appended whenDone;
  long sequence;

  /** Where its record ends in the segment. */
  long end;

  Append(RecordBody body, SegmentLog.Appended whenDone) {
    this.body = body;
    this.whenDone = whenDone;
  }

  long sizeBytes() {
    return (long) LogFormat.RECORD_HEADER_BYTES + body.sizeBytes();
  }
}
