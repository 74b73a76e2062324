package io.millrace.core.delivery;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The bytes that all queues of an agent may hold together. Thread-safe.
 *
 * <p>Half of it is divided evenly: each account has its part for itself, so that a queue whose
 * backend is down cannot starve the others. The other half is whoever's comes first. A request
 * larger than all that passes when its account is empty, else it never could.
 */
public final class MemoryBudget {
  private final long bytes;
  private final List<Account> accounts = new CopyOnWriteArrayList<>();
  private long commonUsed;
  private long used;

  /** A budget of so many bytes. */
  public MemoryBudget(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("memory budget: " + bytes + " (expected: at least 1)");
    }
    this.bytes = bytes;
  }

  /**
   * Opens an account. All accounts should be open before the first is used.
   *
   * @param room called, without locks, when bytes have come free after {@link Account#tryReserve}
   *     failed; must not block
   */
  public Account open(Runnable room) {
    Account account = new Account(room);
    accounts.add(account);
    return account;
  }

  /** How many bytes there are. */
  public long totalBytes() {
    return bytes;
  }

  /** How many bytes are in use. */
  public synchronized long usedBytes() {
    return used;
  }

  private long ownShare() {
    return bytes / 2 / Math.max(1, accounts.size());
  }

  /** One queue's part. Thread-safe. */
  public final class Account {
    private final Runnable room;
    private final AtomicBoolean waiting = new AtomicBoolean();
    private long reserved;

    private Account(Runnable room) {
      this.room = room;
    }

    /** Takes bytes, or none and returns false. */
    public boolean tryReserve(long wanted) {
      synchronized (MemoryBudget.this) {
        long common = common(reserved + wanted) - common(reserved);
        if (reserved > 0 && common > 0 && commonUsed + common > bytes - bytes / 2) {
          waiting.set(true);
          return false;
        }
        commonUsed += common;
        reserved += wanted;
        used += wanted;
        return true;
      }
    }

    /** Gives bytes back. */
    public void release(long unneeded) {
      synchronized (MemoryBudget.this) {
        commonUsed -= common(reserved) - common(reserved - unneeded);
        reserved -= unneeded;
        used -= unneeded;
      }
      for (Account account : accounts) {
        if (account.waiting.getAndSet(false)) {
          account.room.run();
        }
      }
    }

    /** How many bytes this account holds. */
    public long reservedBytes() {
      synchronized (MemoryBudget.this) {
        return reserved;
      }
    }

    /** The part of an amount that exceeds the account's own share. */
    private long common(long amount) {
      return Math.max(0, amount - ownShare());
    }
  }
}
