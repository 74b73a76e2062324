package io.millrace.core.telemetry;

import java.util.Locale;

/**
 * The books of one part of the graph, in items. Immutable. When nothing moves, what went in is what
 * came out, was dropped on purpose, went back to its source, or is still there.
 *
 * @param part name of the part
 * @param in items that went in
 * @param out items that arrived
 * @param dropped items that were dropped on purpose or put aside durably; negative when more came
 *     out than went in
 * @param failed items that went back to their source
 * @param inFlight items that are neither
 */
public record Balance(String part, long in, long out, long dropped, long failed, long inFlight) {

  /** Items that nobody can account for; 0 when the books are in order. */
  public long missing() {
    return in - out - dropped - failed - inFlight;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s: %d in = %d out + %d dropped + %d failed + %d in flight%s",
        part,
        in,
        out,
        dropped,
        failed,
        inFlight,
        missing() == 0 ? "" : " + " + missing() + " missing");
  }
}
