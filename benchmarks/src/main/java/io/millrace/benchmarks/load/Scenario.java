package io.millrace.benchmarks.load;

import io.millrace.benchmarks.fault.ledger.Spoil;
import io.millrace.benchmarks.load.track.Track;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A way through an agent that is measured. Immutable.
 *
 * @param name what the command line calls it
 * @param title what happens in it
 * @param config in {@code benchmarks/configs/load}, for every agent; empty when there is no agent
 * @param additions further files there, for Millrace only
 * @param recordsPerSecond the rate, infinite for as fast as it goes
 * @param opener makes source and destination
 */
record Scenario(
    String name,
    String title,
    String config,
    List<String> additions,
    double recordsPerSecond,
    Opener opener) {
  /** The further file that wants the plugin which takes origins away. */
  static final String ANONYMOUS = "anonymous.yaml";

  Scenario {
    additions = List.copyOf(additions);
  }

  /** As fast as it goes. */
  static Scenario of(String name, String title, String config, Opener opener) {
    return new Scenario(name, title, config, List.of(), Double.POSITIVE_INFINITY, opener);
  }

  /** The same with a further file for Millrace. */
  Scenario with(String addition) {
    return new Scenario(name, title, config, List.of(addition), recordsPerSecond, opener);
  }

  /** Whether Millrace gets the plugin that takes origins away. */
  boolean isAnonymous() {
    return additions.contains(ANONYMOUS);
  }

  /** The same at a rate. */
  Scenario at(double rate) {
    return new Scenario(name, title, config, additions, rate, opener);
  }

  /** Whether nothing is sent: what is measured is starting, and being there. */
  boolean isIdle() {
    return recordsPerSecond == 0;
  }

  /** Whether an agent takes part. */
  boolean hasAgent() {
    return !config.isEmpty();
  }

  /** Makes source and destination. */
  @FunctionalInterface
  interface Opener {
    /**
     * Opens them.
     *
     * @param directory of the turn
     */
    Track open(Options options, Path directory) throws IOException, InterruptedException;
  }

  /**
   * What the command line says of sources and destinations. Immutable.
   *
   * @param recordsOfRequest how many records a request has
   * @param underWay how many requests may be between source and destination
   * @param spoils done wrong to what arrives
   */
  record Options(int recordsOfRequest, int underWay, Set<Spoil> spoils) {
    Options {
      spoils = Set.copyOf(spoils);
    }
  }
}
