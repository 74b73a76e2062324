package io.millrace.exporter.kafka;

/** A batch cannot be sent now; the message is one sentence that names topic or broker. */
final class UndeliverableException extends Exception {
  private static final long serialVersionUID = 1L;

  UndeliverableException(String message, Throwable cause) {
    super(message, cause);
  }
}
