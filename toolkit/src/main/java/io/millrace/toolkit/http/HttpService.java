package io.millrace.toolkit.http;

import io.millrace.toolkit.net.ByteBudget;
import org.jspecify.annotations.Nullable;

/** What an {@link HttpServer} serves. Thread-safe. */
public interface HttpService {

  /** What a server finds wrong before the service sees the body. */
  enum Failure {
    /** The request is no HTTP, or its body cannot be decompressed. */
    MALFORMED(400),
    /** The body did not arrive in time. */
    TOO_SLOW(408),
    /** The body is larger than allowed. */
    TOO_LARGE(413),
    /** The body's compression is not known or not allowed. */
    UNKNOWN_ENCODING(415),
    /** The service failed. */
    BROKEN(500),
    /** Too many bytes are waiting. */
    OVERLOADED(503);

    private final int status;

    Failure(int status) {
      this.status = status;
    }

    /** The HTTP status that says so. */
    public int status() {
      return status;
    }
  }

  /** Sends the answer of a request. The first call counts. Does not block. */
  @FunctionalInterface
  interface Reply {
    void send(HttpAnswer answer);
  }

  /**
   * Looks at a request before its body is read. Called on an event loop: must not block.
   *
   * @return the answer when the body need not be read; null to go on
   */
  @Nullable HttpAnswer refusal(HttpHead head);

  /**
   * Serves a request. Called on a virtual thread of its own.
   *
   * @param body decompressed; the service's own
   * @param lease what the body takes of the budget; the service closes it when the body is gone
   * @param reply to be called once, now or later, on any thread
   */
  void serve(HttpHead head, byte[] body, ByteBudget.Lease lease, Reply reply);

  /**
   * Makes the answer for something wrong. Does not block.
   *
   * @param head null when there is none that could be read
   */
  HttpAnswer failure(@Nullable HttpHead head, Failure failure, String message);
}
