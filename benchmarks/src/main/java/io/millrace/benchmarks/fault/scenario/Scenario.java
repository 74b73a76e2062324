package io.millrace.benchmarks.fault.scenario;

import io.millrace.benchmarks.fault.agent.AgentProcess;
import io.millrace.benchmarks.fault.ledger.Books;
import io.millrace.benchmarks.fault.ledger.Spoil;
import io.millrace.benchmarks.fault.storm.Lane;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * A way of records through agents and servers, and what may go wrong on it. One thread at a time.
 */
public interface Scenario extends AutoCloseable {

  /** Starts agents and traffic; returns when all are healthy. */
  void start() throws IOException, InterruptedException;

  /** What goes wrong while traffic runs. */
  List<Lane> lanes();

  /** Number of pieces that are owed so far. */
  long owed();

  /** Ends every fault: from now on all is well. */
  void heal() throws IOException, InterruptedException;

  /** Ends traffic; nothing more is owed when it returns. */
  void stopTraffic() throws IOException, InterruptedException;

  /** Whether everything owed has arrived. */
  boolean isSettled() throws IOException, InterruptedException;

  /** The agents, also those that have ended. */
  List<AgentProcess> agents();

  /** Does records wrong in what the ledger is about to read, one in each way. */
  void spoil(Set<Spoil> ways) throws IOException, InterruptedException;

  /** The balance of every destination, after everything has ended. */
  List<Books> books() throws IOException, InterruptedException;

  /** What was found wrong otherwise, in words. */
  List<String> violations() throws IOException, InterruptedException;

  /** What people may want to know beside. */
  List<String> remarks();

  /** Ends everything but the servers of the stage. */
  @Override
  void close() throws IOException;
}
