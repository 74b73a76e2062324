package io.millrace.core.log;

/** The memory in which a log may keep its newest batches. Thread-safe; must not block. */
public interface LogMemory {

  /** No memory: everything is read from the disk. */
  LogMemory NONE =
      new LogMemory() {
        @Override
        public boolean tryReserve(long bytes) {
          return false;
        }

        @Override
        public void release(long bytes) {}
      };

  /** Takes bytes, or none and returns false. */
  boolean tryReserve(long bytes);

  /** Gives bytes back. */
  void release(long bytes);
}
