package io.millrace.core.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that behaves as badly as real ones may: until it is forced, a write can be lost,
 * torn at any byte and overtaken by later ones; so can the making and deleting of files. Space can
 * run out in the middle of a write, and forcing can fail, after which what was to be forced is lost
 * although reading still shows it. Overwriting needs no space. Thread-safe.
 */
final class FailingDisk implements LogDisk {
  private final Random random;
  private final Map<String, Content> visible = new TreeMap<>();
  private final Map<String, Content> durable = new TreeMap<>();
  private final List<Entry> entries = new ArrayList<>();
  private long freeBytes = Long.MAX_VALUE;
  private double forceFailures;
  private double writeFailures;
  private double readFailures;
  private boolean gone;

  /** A file was made or deleted and the directory not yet forced. */
  private record Entry(String name, @Nullable Content content) {}

  /** A write or a cut that was not forced. */
  private static final class Change {
    private final long at;
    private final byte[] bytes;

    /** What a cut leaves; -1 for a write. */
    private final long cutTo;

    Change(long at, byte[] bytes, long cutTo) {
      this.at = at;
      this.bytes = bytes;
      this.cutTo = cutTo;
    }
  }

  /** A file's bytes: as they are read, and as a power failure would leave them. */
  private static final class Content {
    private byte[] visible = new byte[0];
    private byte[] durable = new byte[0];
    private final List<Change> changes = new ArrayList<>();
  }

  FailingDisk(Random random) {
    this.random = random;
  }

  /** The disk as the next process finds it after a power failure; this one is of no more use. */
  synchronized FailingDisk crash() {
    FailingDisk next = new FailingDisk(random);
    Map<String, Content> left = new LinkedHashMap<>(durable);
    for (Entry entry : entries) {
      if (random.nextBoolean()) {
        if (entry.content() == null) {
          left.remove(entry.name());
        } else {
          left.put(entry.name(), entry.content());
        }
      }
    }
    left.forEach((name, content) -> next.put(name, afterCrash(content)));
    gone = true;
    return next;
  }

  /** The disk as the next process finds it after this one was killed: nothing is lost. */
  synchronized FailingDisk kill() {
    FailingDisk next = new FailingDisk(random);
    visible.forEach((name, content) -> next.put(name, content.visible));
    gone = true;
    return next;
  }

  /** How many bytes can be written before there is no space left. */
  synchronized void free(long bytes) {
    freeBytes = bytes;
  }

  /** Makes a share of the calls fail. */
  synchronized void fail(double writes, double forces, double reads) {
    writeFailures = writes;
    forceFailures = forces;
    readFailures = reads;
  }

  /** A file's bytes as they are read now. */
  synchronized byte[] bytes(String name) {
    Content content = visible.get(name);
    if (content == null) {
      throw new IllegalArgumentException(name);
    }
    return content.visible.clone();
  }

  /** Changes a file's bytes behind the log's back, durably. */
  synchronized void replace(String name, byte[] bytes) {
    Content content = visible.get(name);
    if (content == null) {
      throw new IllegalArgumentException(name);
    }
    content.visible = bytes.clone();
    content.durable = bytes.clone();
    content.changes.clear();
  }

  @Override
  public synchronized List<String> list() throws IOException {
    return List.copyOf(visible.keySet());
  }

  @Override
  public synchronized File open(String name, boolean fresh) throws IOException {
    checkThere();
    Content content = visible.get(name);
    if (fresh) {
      if (content == null) {
        content = new Content();
        visible.put(name, content);
        entries.add(new Entry(name, content));
      } else {
        cut(content, 0);
      }
    } else if (content == null) {
      throw new NoSuchFileException(name);
    }
    return new Opened(content);
  }

  @Override
  public synchronized void delete(String name) throws IOException {
    checkThere();
    if (visible.remove(name) != null) {
      entries.add(new Entry(name, null));
    }
  }

  @Override
  public synchronized void force() throws IOException {
    checkThere();
    failAtTimes(forceFailures, "directory");
    durable.clear();
    durable.putAll(visible);
    entries.clear();
  }

  private void put(String name, byte[] bytes) {
    Content content = new Content();
    content.visible = bytes.clone();
    content.durable = bytes.clone();
    visible.put(name, content);
    durable.put(name, content);
  }

  private byte[] afterCrash(Content content) {
    List<Change> changes = new ArrayList<>(content.changes);
    if (random.nextBoolean()) {
      Collections.shuffle(changes, random);
    }
    byte[] bytes = content.durable;
    for (Change change : changes) {
      if (random.nextInt(3) == 0) {
        continue;
      }
      if (change.cutTo >= 0) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(bytes.length, change.cutTo));
        continue;
      }
      int from = random.nextInt(4) == 0 ? random.nextInt(change.bytes.length) : 0;
      int to =
          random.nextInt(4) == 0
              ? from + random.nextInt(change.bytes.length - from) + 1
              : change.bytes.length;
      bytes = written(bytes, change.at + from, Arrays.copyOfRange(change.bytes, from, to));
    }
    return bytes;
  }

  private static byte[] written(byte[] old, long at, byte[] bytes) {
    byte[] grown = Arrays.copyOf(old, (int) Math.max(old.length, at + bytes.length));
    System.arraycopy(bytes, 0, grown, (int) at, bytes.length);
    return grown;
  }

  private static void cut(Content content, long size) {
    content.visible = Arrays.copyOf(content.visible, (int) Math.min(size, content.visible.length));
    content.changes.add(new Change(0, new byte[0], size));
  }

  private void checkThere() throws IOException {
    if (gone) {
      throw new IOException("the machine is gone");
    }
  }

  private void failAtTimes(double share, String what) throws IOException {
    if (share > 0 && random.nextDouble() < share) {
      throw new IOException("Input/output error: " + what);
    }
  }

  private final class Opened implements File {
    private final Content content;

    Opened(Content content) {
      this.content = content;
    }

    @Override
    public int read(ByteBuffer target, long at) throws IOException {
      synchronized (FailingDisk.this) {
        failAtTimes(readFailures, "read");
        if (at >= content.visible.length) {
          return -1;
        }
        int most = (int) Math.min(target.remaining(), content.visible.length - at);
        int length = most > 1 && random.nextInt(4) == 0 ? 1 + random.nextInt(most) : most;
        target.put(content.visible, (int) at, length);
        return length;
      }
    }

    @Override
    public int write(ByteBuffer source, long at) throws IOException {
      synchronized (FailingDisk.this) {
        checkThere();
        failAtTimes(writeFailures, "write");
        long there = Math.max(0, content.visible.length - at);
        int length =
            freeBytes == Long.MAX_VALUE
                ? source.remaining()
                : (int) Math.min(source.remaining(), there + freeBytes);
        if (length == 0) {
          throw new IOException("No space left on device");
        }
        if (length > 1 && random.nextInt(4) == 0) {
          length = 1 + random.nextInt(length);
        }
        freeBytes -= freeBytes == Long.MAX_VALUE ? 0 : Math.max(0, length - there);
        byte[] bytes = new byte[length];
        source.get(bytes);
        content.visible = written(content.visible, at, bytes);
        content.changes.add(new Change(at, bytes, -1));
        return length;
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (FailingDisk.this) {
        checkThere();
        try {
          failAtTimes(forceFailures, "force");
        } catch (IOException e) {
          // Pages that could not be written count as clean from now on, and may be lost.
          if (random.nextBoolean()) {
            content.durable = afterCrash(content);
          }
          content.changes.clear();
          throw e;
        }
        content.durable = content.visible.clone();
        content.changes.clear();
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (FailingDisk.this) {
        checkThere();
        failAtTimes(writeFailures, "truncate");
        cut(content, size);
      }
    }

    @Override
    public long size() {
      synchronized (FailingDisk.this) {
        return content.visible.length;
      }
    }

    @Override
    public void close() {}
  }
}
