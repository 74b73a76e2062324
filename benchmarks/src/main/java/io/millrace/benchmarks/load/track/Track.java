package io.millrace.benchmarks.load.track;

import java.io.IOException;
import java.util.Map;

/**
 * A source before an agent and a destination behind it, which knows every record that was sent. Its
 * methods are called by one thread, in this order; {@link #arrived} and {@link #check} at any time.
 */
public interface Track extends AutoCloseable {
  /** Variables for the agent's configuration, which say where source and destination are. */
  Map<String, String> environment();

  /** The agent is ready: connects to it. */
  void connect() throws IOException, InterruptedException;

  /**
   * Sends from now on, at most so many records a second; may be called again with another number.
   */
  void send(double recordsPerSecond) throws IOException;

  /** Records that have arrived so far. */
  long arrived();

  /**
   * Throws what has failed meanwhile.
   *
   * @throws IOException what failed; the run is void
   */
  void check() throws IOException;

  /** Sends nothing more, waits until nothing more arrives, and says what came of it. */
  Outcome finish() throws IOException, InterruptedException;

  /** CPU time of servers that the track has started, which counts as the harness's. */
  default double serverCpuSeconds() throws IOException {
    return 0;
  }

  /** Bytes of a message that the source sends. */
  int messageBytes();

  /** Bytes of a record as the source has it. */
  double recordBytes();

  @Override
  void close() throws IOException;
}
