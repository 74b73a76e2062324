package io.millrace.benchmarks.fault.traffic;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/** Writes to log files, each by a thread of its own, until told to stop. Thread-safe. */
public final class LogWriters implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(50);

  /** Longer than a receiver waits before it takes an open record for all there is. */
  private static final Duration PAUSE = Duration.ofMillis(750);

  private final List<LogFile> files;
  private final int recordsPerSecond;
  private final boolean inTwo;
  private final ReadWriteLock pause = new ReentrantReadWriteLock(true);
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;
  private volatile @Nullable IOException failure;

  /**
   * Writers that have not begun.
   *
   * @param recordsPerSecond of each file
   * @param inTwo whether now and then a record is written in two parts
   */
  public LogWriters(List<LogFile> files, int recordsPerSecond, boolean inTwo) {
    this.files = List.copyOf(files);
    this.recordsPerSecond = recordsPerSecond;
    this.inTwo = inTwo;
  }

  public List<LogFile> files() {
    return files;
  }

  /** Begins to write. */
  public void start() {
    for (LogFile file : files) {
      threads.add(Thread.ofVirtual().name("write " + file.name()).start(() -> writeAll(file)));
    }
  }

  /** Does something while nothing is written. */
  public void whilePaused(Pause task) throws IOException, InterruptedException {
    pause.writeLock().lock();
    try {
      task.run();
    } finally {
      pause.writeLock().unlock();
    }
  }

  /**
   * Writes no more; returns when the last record is complete.
   *
   * @throws IOException when a file could not be written
   */
  public void stop() throws IOException, InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join();
    }
    IOException broken = failure;
    if (broken != null) {
      throw broken;
    }
  }

  @Override
  public void close() throws IOException {
    stopped = true;
    threads.forEach(Thread::interrupt);
    for (LogFile file : files) {
      file.close();
    }
  }

  private void writeAll(LogFile file) {
    SplittableRandom random = new SplittableRandom(file.source().hashCode());
    double due = 0;
    try {
      while (!stopped) {
        pause.readLock().lock();
        try {
          due += recordsPerSecond * (PERIOD.toMillis() / 1000.0);
          int records = random.nextInt(Math.max(0, (int) Math.ceil(2 * due)) + 1);
          if (records > 0) {
            file.write(records);
            due -= records;
          }
          if (inTwo && random.nextInt(200) == 0) {
            file.writeInTwo(random.nextBoolean(), PAUSE);
          }
        } finally {
          pause.readLock().unlock();
        }
        Thread.sleep(PERIOD);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      failure = e;
    } catch (RuntimeException e) {
      failure = new IOException(e);
    }
  }

  /** What is done in a pause. */
  @FunctionalInterface
  public interface Pause {
    /** Does it. */
    void run() throws IOException, InterruptedException;
  }
}
