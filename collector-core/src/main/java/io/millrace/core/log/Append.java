package io.millrace.core.log;

import io.millrace.api.pipeline.RequestContext;

/** An append that waits to be written. Of the thread that writes once it was taken. */
final class Append {
  final RecordBody body;
  final RequestContext context;
  final SegmentLog.Appended whenDone;
  long sequence;

  /** Where its record ends in the segment. */
  long end;

  Append(RecordBody body, RequestContext context, SegmentLog.Appended whenDone) {
    this.body = body;
    this.context = context;
    this.whenDone = whenDone;
  }

  long sizeBytes() {
    return (long) LogFormat.RECORD_HEADER_BYTES + body.sizeBytes();
  }
}
