package io.millrace.exporter.file;

import java.io.IOException;
import java.io.OutputStream;

/** What is appended to a file; writes the same bytes whenever it is asked. */
@FunctionalInterface
interface Entry {

  void writeTo(OutputStream out) throws IOException;

  /** Size of what is written. */
  default long sizeBytes() throws IOException {
    Counter counter = new Counter();
    writeTo(counter);
    return counter.bytes;
  }

  /** Counts what is written. */
  final class Counter extends OutputStream {
    private long bytes;

    private Counter() {}

    @Override
    public void write(int b) {
      bytes++;
    }

    @Override
    public void write(byte[] more, int from, int length) {
      bytes += length;
    }
  }
}
