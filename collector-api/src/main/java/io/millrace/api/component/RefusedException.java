package io.millrace.api.component;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A batch is not taken now; the source keeps it and tries again. */
public final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final @Nullable Duration retryAfter;

  public RefusedException(String message, @Nullable Duration retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
  }

  /** When to try again; null when unknown. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
