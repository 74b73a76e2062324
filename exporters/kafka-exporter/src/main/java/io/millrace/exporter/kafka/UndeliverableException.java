package io.millrace.exporter.kafka;

/** A batch cannot be sent now; the message is one sentence that names topic or broker. */
final class UndeliverableException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String code;

  UndeliverableException(String message, Throwable cause) {
    super(message, cause);
    this.code = Failure.code(cause);
  }

  /** Kafka's name of the error. */
  String code() {
    return code;
  }
}
