package io.millrace.receiver.filelog.operator;

/** An operator cannot do its work on an entry; {@code on_error} says what becomes of it. */
final class OperatorException extends Exception {
  private static final long serialVersionUID = 1L;

  OperatorException(String message) {
    // No stack trace: a file full of lines that do not parse must not cost more than parsing.
    super(message, null, false, false);
  }
}
