package io.millrace.benchmarks.fault.storm;

import java.util.SplittableRandom;

/** Something that goes wrong. Struck by one thread at a time. */
public interface Fault {

  /** A few words, the same in every run. */
  String name();

  /**
   * Does it, says so, and returns when it is over.
   *
   * @param random decides how much of it, by the seed alone
   * @throws Exception when the oracle could not do it; the run is void then
   */
  void strike(SplittableRandom random) throws Exception;

  /** A fault of a name. */
  static Fault of(String name, Action action) {
    return new Fault() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public void strike(SplittableRandom random) throws Exception {
        action.strike(random);
      }
    };
  }

  /** What a fault does. */
  @FunctionalInterface
  interface Action {
    /** See {@link Fault#strike}. */
    void strike(SplittableRandom random) throws Exception;
  }
}
