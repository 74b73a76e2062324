package io.millrace.core.log;

import io.millrace.core.log.LogFormat.RecordHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the appends that came together to the end of the log, waits for the disk once for all of
 * them and tells each what became of it. Of the thread that writes, which calls it without the
 * log's lock; takes the lock for what others read.
 *
 * <p>After a write or a wait that failed the segment is left as it was before and a new one is
 * begun: what the operating system says of it afterwards is not believed.
 */
final class GroupCommit {
  private final Segments segments;
  private final Admission admission;
  private final Positions positions;
  private final LogEvents events;
  private final LogLock lock;
  private final ByteBuffer header = ByteBuffer.allocate(LogFormat.RECORD_HEADER_BYTES);
  private @Nullable SegmentWriter writer;
  private long nextSequence;

  GroupCommit(
      Segments segments, Admission admission, Positions positions, LogEvents events, LogLock lock) {
    this.segments = segments;
    this.admission = admission;
    this.positions = positions;
    this.events = events;
    this.lock = lock;
  }

  /** Gives the next append this number; while the log is opened. */
  void beginWith(long sequence) {
    nextSequence = sequence;
  }

  /** The number of the next append. */
  long nextSequence() {
    return nextSequence;
  }

  /** Writes a group that was taken out of {@link Admission}; none of it when that fails. */
  void commit(List<Append> group) {
    Segment segment = null;
    try {
      segment = segmentFor(group);
      write(group, segment);
      segment.file.force();
    } catch (IOException | RuntimeException e) {
      abandon(segment, group, e);
      return;
    }
    publish(segment, group);
  }

  private Segment segmentFor(List<Append> group) throws IOException {
    Segment now;
    lock.lock();
    try {
      now = admission.isBeyondBound(group) ? null : segments.active();
    } finally {
      lock.unlock();
    }
    if (now != null) {
      return now;
    }
    positions.complete();
    return segments.begin(nextSequence);
  }

  private void write(List<Append> group, Segment segment) throws IOException {
    SegmentWriter to = writer(segment);
    to.begin(segment.file, segment.end);
    for (Append append : group) {
      append.sequence = nextSequence++;
      header.clear();
      LogFormat.recordHeader(
          header,
          segments.id(),
          new RecordHeader(append.body.sizeBytes(), append.sequence, append.body.checksum()));
      to.write(header.array(), 0, LogFormat.RECORD_HEADER_BYTES);
      append.body.writeTo(to);
      append.end = to.position();
    }
    to.flush();
  }

  private SegmentWriter writer(Segment segment) {
    SegmentWriter known = writer;
    if (known == null) {
      known = new SegmentWriter(segment.file);
      writer = known;
    }
    return known;
  }

  private void publish(Segment segment, List<Append> group) {
    long items = 0;
    lock.lock();
    try {
      for (Append append : group) {
        segments.committed(segment, append.sequence, append.end);
        items += append.body.batch().itemCount();
      }
      admission.written(group);
      lock.committed.signalAll();
    } finally {
      lock.unlock();
    }
    events.appended(group.size(), items);
    for (Append append : group) {
      try {
        append.whenDone.committed(append.sequence);
      } catch (RuntimeException e) {
        events.senderFailed(e);
      }
    }
  }

  private void abandon(@Nullable Segment segment, List<Append> group, Exception cause) {
    events.writeFailed(segment == null ? "(new)" : segment.name, cause);
    IOException why;
    lock.lock();
    try {
      segments.retire();
      why = admission.failed(group, cause);
    } finally {
      lock.unlock();
    }
    if (segment != null) {
      segments.takeBack(segment, cause);
    }
    for (Append append : group) {
      events.refused(why, append.body.batch().itemCount());
      append.whenDone.refused(why);
    }
  }
}
