package io.millrace.benchmarks.fault.traffic;

import java.time.Duration;

/** A way to send OTLP logs requests, one at a time. */
public interface OtlpDoor extends AutoCloseable {

  /** Sends a request and waits for its answer; no answer is {@link Meaning#UNKNOWN}. */
  Answer send(byte[] request) throws InterruptedException;

  @Override
  void close();

  /** What an answer means for the records in the request. */
  enum Meaning {
    /** They are the agent's now. */
    TAKEN,
    /** They were refused, and may be sent later. */
    LATER,
    /** They were refused for ever. */
    NEVER,
    /** There was no answer. */
    UNKNOWN
  }

  /**
   * An answer. Immutable.
   *
   * @param kind for people to read
   * @param pause what it asked the client to wait
   */
  record Answer(Meaning meaning, String kind, Duration pause) {}
}
