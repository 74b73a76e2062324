package io.millrace.receiver.otlp;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a client is told about its request. Immutable. */
sealed interface Verdict {

  Verdict TAKEN = new Taken();

  /** The request counts as taken. */
  record Taken() implements Verdict {}

  /**
   * Not now; the client should send the request again.
   *
   * @param reason one sentence
   * @param retryAfter when; null when unknown
   */
  record Unavailable(String reason, @Nullable Duration retryAfter) implements Verdict {

    private static final Duration DEFAULT_DELAY = Duration.ofSeconds(1);

    /** What the client is told about when to try again. */
    Duration delay() {
      return retryAfter == null ? DEFAULT_DELAY : retryAfter;
    }
  }

  /**
   * Never; sending the request again is useless.
   *
   * @param reason one sentence
   */
  record Invalid(String reason) implements Verdict {}
}
