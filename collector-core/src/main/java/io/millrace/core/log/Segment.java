package io.millrace.core.log;

import java.io.IOException;

/** One file of a log. Guarded by the log's lock, save for what is final. */
final class Segment {
  final String name;

  /** Sequence of the first record. */
  final long first;

  /** Sequence of the last record committed before this file was begun. */
  final long committedBefore;

  final LogDisk.File file;

  /** Where what may be read ends. */
  long end;

  /** Sequence of the last record that counts; below {@link #first} when there is none. */
  long last;

  Segment(String name, long first, long committedBefore, LogDisk.File file) {
    this.name = name;
    this.first = first;
    this.committedBefore = committedBefore;
    this.file = file;
    this.end = LogFormat.FILE_HEADER_BYTES;
    this.last = first - 1;
  }

  void close() throws IOException {
    file.close();
  }

  @Override
  public String toString() {
    return name;
  }
}
