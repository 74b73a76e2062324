package io.millrace.core.state;

import io.millrace.api.config.DataSize;

/**
 * The bounds of the dead letters. Immutable.
 *
 * @param capacity what all letters of an agent may take on disk
 * @param whenFull what happens to telemetry that does not fit any more
 */
public record DeadLetterSettings(DataSize capacity, WhenFull whenFull) {

  /** How much the dead letters of an agent may take unless the user says otherwise. */
  public static final DataSize STANDARD_CAPACITY = DataSize.ofMebibytes(256);

  /** What happens when the dead letters are full. */
  public enum WhenFull {
    /** Telemetry that has to be put aside waits where it is, and what is behind it too. */
    BLOCK,

    /** The oldest letters are lost. */
    DROP_OLDEST
  }

  /** So much, and nothing is dropped. */
  public static DeadLetterSettings of(DataSize capacity) {
    return new DeadLetterSettings(capacity, WhenFull.BLOCK);
  }

  public static DeadLetterSettings standard() {
    return of(STANDARD_CAPACITY);
  }

  public DeadLetterSettings withWhenFull(WhenFull other) {
    return new DeadLetterSettings(capacity, other);
  }
}
