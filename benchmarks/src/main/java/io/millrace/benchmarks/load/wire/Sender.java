package io.millrace.benchmarks.load.wire;

import java.io.IOException;

/** A connection that carries requests to the agent. Its methods are called on the loop's thread. */
interface Sender {
  /** Whether it can take a request now. */
  boolean hasRoom();

  /** Sends a request; the answer goes to the {@link Answers} it was made with. */
  void send(long request) throws IOException;
}
