package io.millrace.api.component;

/**
 * A part of the agent with a life of its own. The runtime calls {@link #start} once, then {@link
 * #stop} at most once, never at the same time; a component that could not start is stopped, made
 * anew and started again after a while.
 *
 * <p>Start order is extensions, exporters, processors, receivers; stop order the other way round.
 */
public interface Component {

  /**
   * Opens what the component needs: sockets, files, clients, threads. A backend that is merely down
   * is no reason to fail.
   *
   * @throws StartException when it cannot start now; the message names the resource and the cause
   * @throws InterruptedException when the agent stops meanwhile
   */
  default void start() throws StartException, InterruptedException {}

  /**
   * Finishes what is under way and closes everything. Must return within the runtime's grace time
   * (default 10 s), after which the thread is interrupted.
   */
  default void stop() throws InterruptedException {}
}
