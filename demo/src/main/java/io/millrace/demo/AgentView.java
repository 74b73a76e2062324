package io.millrace.demo;

import java.util.Locale;
import java.util.OptionalLong;

/**
 * What the demo shows of the agent. Immutable.
 *
 * @param alive whether the process runs
 * @param residentMebibytes its memory now; empty when unknown
 * @param lagBytes bytes of files not yet read; empty when unknown
 */
record AgentView(boolean alive, OptionalLong residentMebibytes, OptionalLong lagBytes) {

  @Override
  public String toString() {
    if (!alive) {
      return "down";
    }
    StringBuilder text = new StringBuilder();
    residentMebibytes.ifPresent(
        value -> text.append(String.format(Locale.ROOT, "RSS %d MiB", value)));
    lagBytes.ifPresent(value -> text.append(String.format(Locale.ROOT, ", lag %,d bytes", value)));
    return text.isEmpty() ? "up" : text.toString();
  }
}
