package io.millrace.benchmarks.transports.server;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a server was handed. Thread-safe. */
final class Receipt {
  private final LongAdder messages = new LongAdder();
  private final LongAdder bytes = new LongAdder();

  /**
   * Takes a message.
   *
   * @param array ends with the message, and is not used by anybody else any more
   * @param offset where it begins
   */
  void take(byte[] array, int offset) {
    messages.increment();
    bytes.add(array.length - offset);
  }

  /** Says what was taken as the last line of the output: messages and bytes. */
  void print() {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.println("received " + messages.sum() + " " + bytes.sum());
  }
}
