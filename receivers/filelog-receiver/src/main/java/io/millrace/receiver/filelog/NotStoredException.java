package io.millrace.receiver.filelog;

import java.io.IOException;

/**
 * A position could not be stored, which is no fault of the file: it waits until the storage takes
 * positions again.
 */
final class NotStoredException extends IOException {
  private static final long serialVersionUID = 1L;

  private final IOException failure;

  NotStoredException(IOException failure) {
    super(failure.getMessage(), failure);
    this.failure = failure;
  }

  /** What the storage said. */
  IOException failure() {
    return failure;
  }
}
