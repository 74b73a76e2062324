package io.millrace.benchmarks.load.wire;

/** Gets the answers to requests, on the loop's thread. */
interface Answers {
  /** The agent has taken a request, all of it. */
  void taken(long request);

  /** The agent has not taken it; it may be sent again. */
  void refused(long request, String why);
}
