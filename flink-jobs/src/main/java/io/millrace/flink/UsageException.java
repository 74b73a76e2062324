package io.millrace.flink;

/** The command line, or a file it names, is wrong. The message says what to correct. */
public final class UsageException extends Exception {

  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    // The place in our code helps nobody who mistyped a flag.
    super(message, null, false, false);
  }
}
