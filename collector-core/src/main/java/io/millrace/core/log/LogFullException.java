package io.millrace.core.log;

import java.io.IOException;

/**
 * A log is at its bound of bytes or age: nothing is appended until its readers have delivered some
 * of it. Try again later.
 */
public final class LogFullException extends IOException {
  private static final long serialVersionUID = 1L;

  public LogFullException(String message) {
    super(message);
  }
}
