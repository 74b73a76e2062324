package io.millrace.api.component;

import io.millrace.api.telemetry.Batch;
import java.io.IOException;

/** Keeps telemetry that can never be delivered. Thread-safe. */
public interface DeadLetters {

  /**
   * Puts a batch aside durably: when this returns, it is on disk.
   *
   * @throws IOException when it could not be written; the telemetry must then count as undelivered
   */
  void put(Batch batch, String reason) throws IOException;

  /**
   * Puts bytes aside that are no telemetry, such as an undecodable Kafka record.
   *
   * @param origin where the bytes came from, for people
   * @throws IOException as above
   */
  void putRaw(byte[] bytes, String origin, String reason) throws IOException;

  /**
   * Keeps a sample of bytes whose sender is told that they were not taken, such as a malformed
   * request, so that somebody can find out why. Strangers send them: few and only the beginning of
   * each are kept, nothing is waited for, and nothing is in the way of what is put aside.
   *
   * @return whether it was kept; when not, there was no room or they come too fast
   */
  default boolean sample(byte[] bytes, String origin, String reason) {
    return false;
  }
}
