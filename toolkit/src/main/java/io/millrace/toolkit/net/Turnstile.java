package io.millrace.toolkit.net;

import java.util.concurrent.Semaphore;

/**
 * A limit on bytes for which callers wait in the order they came. Thread-safe. A caller that wants
 * more than the limit has it for itself alone.
 */
public final class Turnstile {
  private static final int UNIT_BYTES = 1024;

  private final int units;
  private final Semaphore free;

  /**
   * Makes a turnstile nobody is behind.
   *
   * @param limit bytes
   */
  public Turnstile(long limit) {
    this.units = Math.clamp(limit / UNIT_BYTES, 1, Integer.MAX_VALUE);
    this.free = new Semaphore(units, true);
  }

  /** A place behind the turnstile; to be closed once, by whom it was given to. */
  public final class Pass implements AutoCloseable {
    private final int held;

    private Pass(int held) {
      this.held = held;
    }

    @Override
    public void close() {
      free.release(held);
    }
  }

  /** Waits until there is room for so many bytes. */
  public Pass enter(long bytes) throws InterruptedException {
    int wanted = Math.clamp((bytes + UNIT_BYTES - 1) / UNIT_BYTES, 1, units);
    free.acquire(wanted);
    return new Pass(wanted);
  }
}
