package io.millrace.core.component;

import io.millrace.core.state.StateDirectory;
import io.millrace.core.telemetry.Instruments;

/** The instruments about the state directory. */
public final class StateMetrics {

  private StateMetrics() {}

  /** Makes them. */
  public static void register(Instruments instruments, StateDirectory state) {
    instruments.sum(
        "otelcol_state_lost_files",
        "Files of the state directory that were gone although they had been there",
        state::lostFiles);
    instruments.sum(
        "otelcol_state_damaged_bytes",
        "Bytes of storages in the state directory that could not be read",
        state::damagedBytes);
    instruments.sum(
        "otelcol_state_rivals",
        "Other agents that wanted the state directory and had to end",
        state::rivals);
  }
}
