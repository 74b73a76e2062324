package io.millrace.benchmarks.fault.ledger;

import java.time.Instant;
import java.util.BitSet;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the sources have: what they offered, what of it is owed (a complete line in a file, an
 * answer that said yes), and what they sent again themselves, so that it may be seen again.
 * Thread-safe.
 */
public final class Obligations {
  private final Map<String, Account> accounts = new TreeMap<>();

  /** Notes that pieces [from, to) of a source have been sent. */
  public synchronized void offer(String source, int from, int to) {
    account(source).offered.set(from, to);
  }

  /** Notes that pieces [from, to) of a source must arrive. */
  public synchronized void owe(String source, int from, int to) {
    Account account = account(source);
    account.offered.set(from, to);
    account.owed.set(from, to);
  }

  /** Notes that the source itself has sent pieces [from, to) again. */
  public synchronized void sentAgain(String source, int from, int to) {
    account(source).sentAgain.set(from, to);
  }

  /** Notes the time that a piece of a source bears. */
  public synchronized void happened(String source, Instant time) {
    account(source).bySecond.merge(time.getEpochSecond(), 1L, Long::sum);
  }

  /** How many pieces of each source bear a time in a second since 1970; a copy. */
  public synchronized Map<String, SortedMap<Long, Long>> happenedBySecond() {
    Map<String, SortedMap<Long, Long>> copy = new TreeMap<>();
    accounts.forEach((source, account) -> copy.put(source, new TreeMap<>(account.bySecond)));
    return copy;
  }

  /** Number of pieces that must arrive. */
  public synchronized long owed() {
    return accounts.values().stream().mapToLong(each -> each.owed.cardinality()).sum();
  }

  /** What must arrive, by source; a copy. */
  public synchronized Map<String, BitSet> owedBySource() {
    Map<String, BitSet> copy = new TreeMap<>();
    accounts.forEach((source, account) -> copy.put(source, (BitSet) account.owed.clone()));
    return copy;
  }

  /** What one source must see arrive; a copy. */
  public synchronized BitSet owedBy(String source) {
    return (BitSet) account(source).owed.clone();
  }

  /** Whether a source ever sent this piece. */
  public synchronized boolean isOffered(String source, int number) {
    Account account = accounts.get(source);
    return account != null && account.offered.get(number);
  }

  /** Whether a source sent this piece more than once. */
  public synchronized boolean isSentAgain(String source, int number) {
    Account account = accounts.get(source);
    return account != null && account.sentAgain.get(number);
  }

  private Account account(String source) {
    return accounts.computeIfAbsent(source, absent -> new Account());
  }

  private static final class Account {
    private final BitSet offered = new BitSet();
    private final BitSet owed = new BitSet();
    private final BitSet sentAgain = new BitSet();
    private final SortedMap<Long, Long> bySecond = new TreeMap<>();
  }
}
