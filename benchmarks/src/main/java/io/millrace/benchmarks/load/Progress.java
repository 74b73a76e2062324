package io.millrace.benchmarks.load;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Says what is going on: one line that changes on a terminal, a line every few seconds elsewhere.
 * One thread at a time.
 */
final class Progress {
  private static final double EVERY_SECONDS = 5;

  private final PrintStream out;
  private final boolean terminal;
  private String who = "";
  private long shownNanos;
  private boolean open;

  Progress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Who is measured from now on. */
  void begin(String scenario, String agent, int turn, int turns) {
    who = scenario + (agent.isEmpty() ? "" : " " + agent);
    if (turns > 1) {
      who += " " + turn + "/" + turns;
    }
    shownNanos = 0;
  }

  void show(String what, double secondsLeft, double recordsPerSecond) {
    long now = System.nanoTime();
    if (!terminal && shownNanos != 0 && (now - shownNanos) / 1e9 < EVERY_SECONDS) {
      return;
    }
    shownNanos = now;
    String line =
        String.format(
            Locale.ROOT,
            "%s %s: %,.0f records/s, %.0f s left",
            who,
            what,
            recordsPerSecond,
            secondsLeft);
    if (terminal) {
      out.print("\r\u001b[K" + line);
      out.flush();
      open = true;
    } else {
      out.println(line);
    }
  }

  void remark(String text) {
    end();
    out.println(who + ": " + text);
  }

  /** Clears the line. */
  void end() {
    if (open) {
      out.print("\r\u001b[K");
      out.flush();
      open = false;
    }
  }
}
