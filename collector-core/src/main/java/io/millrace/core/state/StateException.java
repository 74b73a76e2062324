package io.millrace.core.state;

import org.jspecify.annotations.Nullable;

/** The state directory cannot be used; the agent does not start. The message says what to do. */
public final class StateException extends Exception {
  private static final long serialVersionUID = 1L;

  public StateException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
