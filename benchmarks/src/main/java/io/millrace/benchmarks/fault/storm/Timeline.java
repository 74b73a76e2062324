package io.millrace.benchmarks.fault.storm;

import java.io.PrintStream;
import java.util.Locale;

/** Prints what happens, with the time since it began. Thread-safe. */
public final class Timeline {
  private final PrintStream out;
  private final long begin = System.nanoTime();

  public Timeline(PrintStream out) {
    this.out = out;
  }

  /** Prints that something happened to somebody. */
  public void say(String who, String what) {
    synchronized (out) {
      out.printf(Locale.ROOT, "%7.1fs  %-14s %s%n", seconds(), who, what);
    }
  }

  /** Seconds since the beginning. */
  public double seconds() {
    return (System.nanoTime() - begin) / 1e9;
  }
}
