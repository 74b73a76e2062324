package io.millrace.api.component;

import org.jspecify.annotations.Nullable;

/** A component cannot start now. The runtime logs one line and tries again later. */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Says what keeps the component from starting.
   *
   * @param message names the resource and what is wrong with it, such as {@code localhost:4317:
   *     address already in use}
   */
  public StartException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
