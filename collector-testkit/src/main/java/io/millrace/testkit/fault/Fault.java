package io.millrace.testkit.fault;

import java.time.Duration;
import java.util.Map;

/** What a {@link FaultProxy} does with one request, or with one connection when it speaks TCP. */
public sealed interface Fault {

  /** Forwards as it is. */
  Fault NONE = new None();

  record None() implements Fault {}

  /**
   * Takes the whole request and answers it without asking the server. HTTP only.
   *
   * @param headers further headers, such as {@code Retry-After}
   */
  record Answer(int status, Map<String, String> headers, String body) implements Fault {
    public Answer {
      headers = Map.copyOf(headers);
    }
  }

  /** Takes what comes and never answers; the server sees nothing. Ends when the client gives up. */
  record Hang() implements Fault {}

  /** Forwards after a while. */
  record Delay(Duration time) implements Fault {}

  /** Closes the connection; the server sees nothing. */
  record Drop() implements Fault {}

  /**
   * Forwards the request, and cuts the connection in the middle of the answer: the server has done
   * what it was asked, the client cannot know.
   *
   * @param bytes how much of the answer gets through
   */
  record CutAnswer(long bytes) implements Fault {}
}
