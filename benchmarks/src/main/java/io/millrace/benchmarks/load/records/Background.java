package io.millrace.benchmarks.load.records;

import java.io.IOException;

/** A part of the harness with a thread of its own, beside an agent that is measured. */
public interface Background extends AutoCloseable {
  /**
   * Throws what has failed on the thread, if anything has.
   *
   * @throws IOException what failed; the run is void
   */
  void check() throws IOException;

  /** Ends the thread. */
  @Override
  void close() throws IOException;
}
