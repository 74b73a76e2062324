package io.millrace.core.cli;

/** Wording of failures. */
final class Failures {
  private Failures() {}

  /** What went wrong in one line. */
  static String message(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank() ? failure.toString() : message;
  }
}
