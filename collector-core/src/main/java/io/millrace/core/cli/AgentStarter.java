package io.millrace.core.cli;

import io.millrace.core.Agent;
import io.millrace.core.AgentOptions;
import io.millrace.core.footprint.PageRelease;
import io.millrace.core.graph.AgentConfig;
import io.millrace.core.plugin.Components;

/** Starts agents. Thread-safe. */
@FunctionalInterface
public interface AgentStarter {

  /** A started agent. Thread-safe. */
  @FunctionalInterface
  interface Running {

    /** Drains and stops everything; returns when that is done. */
    void stop() throws InterruptedException;
  }

  /**
   * Starts an agent.
   *
   * @throws Exception when it cannot start at all; the message says why
   */
  Running start(AgentConfig config, Components components, AgentOptions options) throws Exception;

  /** Starts a real one. */
  static Running startAgent(AgentConfig config, Components components, AgentOptions options)
      throws Exception {
    Agent agent = new Agent(config, components, options);
    // Before, not after: most memory is needed while files are read for the first time, and classes
    // are loaded meanwhile.
    PageRelease.begin();
    agent.start();
    return agent::stop;
  }
}
