package io.millrace.api.telemetry;

/**
 * Tells that bytes are no telemetry: truncated, overlong, nested too deeply, or of a wire form that
 * proto3 does not have. The same bytes will never be read; a receiver answers with a permanent
 * error, a source without a client hands them to the dead letters.
 */
public final class MalformedTelemetryException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int offset;

  /**
   * @param what what is wrong, without the place
   * @param offset offset of the offending byte in the bytes that were read; -1 when unknown
   */
  public MalformedTelemetryException(String what, int offset) {
    super(offset < 0 ? what : what + " at byte " + offset);
    this.offset = offset;
  }

  /** The same with the cause. */
  public MalformedTelemetryException(String what, int offset, Throwable cause) {
    this(what, offset);
    initCause(cause);
  }

  /** Offset of the offending byte in the bytes that were read; -1 when unknown. */
  public int offset() {
    return offset;
  }
}
