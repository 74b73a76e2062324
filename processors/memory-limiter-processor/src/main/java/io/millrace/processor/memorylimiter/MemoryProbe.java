package io.millrace.processor.memorylimiter;

/** What the limiter sees of the heap. */
interface MemoryProbe {

  /** The heap's size limit, in bytes. */
  long maxBytes();

  /**
   * What is in use, as far as known without collecting, in bytes; garbage of old objects counts.
   */
  long usedBytes();

  /** Forces a collection. */
  void collect();
}
