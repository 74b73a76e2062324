package io.millrace.benchmarks.load.wire;

import io.millrace.benchmarks.load.records.Tally;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides which request is sent when: as fast as the agent answers and delivers, or at a rate. What
 * lies between sender and sink is bounded, so that an agent that acknowledges before it delivers is
 * measured doing both. Methods that say so may be called by any thread, the others by the loop's.
 */
public final class Generator implements Answers {
  private static final double MAX_BURST_SECONDS = 0.05;
  private static final long PAUSE_NANOS = 100_000_000;
  private static final long STALL_NANOS = 2_000_000_000;

  private final Tally tally;
  private final int count;
  private final int stride;
  private final long maxUnderWay;
  private final List<Sender> senders = new ArrayList<>();
  private final Deque<Long> again = new ArrayDeque<>();
  private final BitSet taken = new BitSet();
  private long next;
  private long unanswered;
  private int turn;
  private long pausedUntil;
  private double budget;
  private long lastNanos = System.nanoTime();
  private long lastArrived;
  private long lastArrivedNanos = System.nanoTime();
  private long writtenOff;
  private volatile double requestsPerSecond = Double.POSITIVE_INFINITY;
  private volatile boolean sending;
  private volatile long answered;
  private volatile long refusals;
  private volatile boolean idle = true;
  private volatile @Nullable String lastRefusal;

  /**
   * A generator that does not send yet.
   *
   * @param count records of a request
   * @param stride how far apart the numbers of two requests' first records are
   * @param maxUnderWay requests that may lie between sender and sink
   */
  public Generator(Tally tally, int count, int stride, int maxUnderWay) {
    this.tally = tally;
    this.count = count;
    this.stride = stride;
    this.maxUnderWay = maxUnderWay;
  }

  /** Serves it from now on. Any thread. */
  public void attach(Loop loop, Connector connector, int connections) throws IOException {
    loop.call(
        () -> {
          for (int i = 0; i < connections; i++) {
            senders.add(connector.connect(loop, this));
          }
          loop.everyTick(this::tick);
        });
  }

  /** Sends from now on, at most so many records a second. Any thread. */
  public void send(double recordsPerSecond) {
    requestsPerSecond = recordsPerSecond / count;
    sending = true;
  }

  /** Sends nothing new. Any thread. */
  public void stop() {
    sending = false;
  }

  /** Whether every request has been answered. Any thread. */
  public boolean idle() {
    return idle;
  }

  /** How many requests the agent has taken. Any thread. */
  public long answered() {
    return answered;
  }

  /** How often the agent has refused. Any thread. */
  public long refusals() {
    return refusals;
  }

  /** Why it did so last. Any thread. */
  public @Nullable String lastRefusal() {
    return lastRefusal;
  }

  /** Records that were taken and have not arrived. */
  public long lost() {
    return taken.stream().mapToLong(each -> tally.missing((long) each * stride, count)).sum();
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // only the loop's thread writes
  public void taken(long request) {
    unanswered--;
    answered++;
    taken.set((int) request);
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // only the loop's thread writes
  public void refused(long request, String why) {
    unanswered--;
    refusals++;
    lastRefusal = why;
    again.add(request);
    pausedUntil = System.nanoTime() + PAUSE_NANOS;
  }

  private void tick() throws IOException {
    long now = System.nanoTime();
    double rate = requestsPerSecond;
    double most = Math.max(1, rate * MAX_BURST_SECONDS);
    // Nothing times infinity is no number.
    long passed = Math.max(1, now - lastNanos);
    budget = Math.min(most, budget + passed / 1e9 * rate);
    lastNanos = now;
    watchArrivals(now);
    int full = 0;
    while (full < senders.size() && mayStart(now)) {
      Sender sender = senders.get(turn);
      turn = (turn + 1) % senders.size();
      if (sender.hasRoom()) {
        full = 0;
        budget--;
        unanswered++;
        sender.send(again.isEmpty() ? next++ : again.remove());
      } else {
        full++;
      }
    }
    idle = unanswered == 0 && again.isEmpty();
  }

  private boolean mayStart(long now) {
    if (!again.isEmpty()) {
      return now - pausedUntil >= 0;
    }
    return sending && budget >= 1 && next - writtenOff - lastArrived / count < maxUnderWay;
  }

  /** What does not arrive any more must not stop the rest: it is counted in the end. */
  private void watchArrivals(long now) {
    long arrived = tally.records();
    long underWay = next - writtenOff - arrived / count;
    if (arrived != lastArrived || underWay < maxUnderWay) {
      lastArrived = arrived;
      lastArrivedNanos = now;
    } else if (now - lastArrivedNanos > STALL_NANOS) {
      writtenOff += underWay;
      lastArrivedNanos = now;
    }
  }

  /** Opens a connection to the agent. */
  @FunctionalInterface
  public interface Connector {
    /** Connects; called on the loop's thread. */
    Sender connect(Loop loop, Answers answers) throws IOException;
  }
}
