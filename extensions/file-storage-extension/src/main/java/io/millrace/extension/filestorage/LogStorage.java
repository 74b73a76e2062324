package io.millrace.extension.filestorage;

import io.millrace.api.storage.Storage;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * A store in one file that is only ever appended to; the whole content is also in memory.
 * Thread-safe.
 *
 * <p>Layout, all numbers big endian: 8 bytes {@code MRKV0001}, then one entry per {@link #put}: int
 * length of the payload, int CRC32C of length and payload, payload. Payload: int number of changes,
 * then for each an int length and the key in UTF-8, and an int length (−1 for a removal) and the
 * value.
 *
 * <p>An entry counts whole or not at all. When the file is opened, an incomplete or damaged end is
 * cut off, since a crash leaves it so; a damaged entry in the middle is left out, and the file as
 * found is kept beside as {@code .damaged}. When less than a quarter of the file is current it is
 * rewritten: new file, fsync, rename over the old one.
 *
 * <p>Plain file I/O rather than a channel: a channel would be closed for everybody when a thread is
 * interrupted while it writes.
 *
 * <p>Another process is kept out by a lock on {@code <file>.lock}.
 */
final class LogStorage implements Storage, Closeable {
  private static final byte[] MAGIC = "MRKV0001".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_BYTES = 8;
  private static final int MAX_PAYLOAD_BYTES = 256 << 20;
  private static final long COMPACT_ABOVE_BYTES = 1 << 20;
  private static final long LOCK_POLL_MILLIS = 20;

  private final Path file;
  private final boolean fsync;
  private final Logger logger;
  private final FileChannel lockChannel;
  private final Map<String, byte[]> entries = new HashMap<>();
  private RandomAccessFile content;
  private long end;
  private long liveBytes;
  private boolean damaged;
  private boolean closed;

  private LogStorage(
      Path file, boolean fsync, Logger logger, FileChannel lockChannel, RandomAccessFile content) {
    this.file = file;
    this.fsync = fsync;
    this.logger = logger;
    this.lockChannel = lockChannel;
    this.content = content;
  }

  /**
   * Opens or makes a store.
   *
   * @throws IOException when the file cannot be read or written, or another process holds it
   */
  static LogStorage open(Path file, boolean fsync, Duration timeout, Logger logger)
      throws IOException {
    FileChannel lockChannel =
        FileChannel.open(
            sibling(file, ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      lock(lockChannel, file, timeout);
      Files.deleteIfExists(sibling(file, ".tmp"));
      RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw");
      LogStorage storage = new LogStorage(file, fsync, logger, lockChannel, content);
      try {
        storage.load();
      } catch (IOException e) {
        content.close();
        throw e;
      }
      return storage;
    } catch (IOException e) {
      lockChannel.close();
      throw e;
    }
  }

  @Override
  public synchronized byte @Nullable [] get(String key) throws IOException {
    ensureOpen();
    byte[] value = entries.get(key);
    return value == null ? null : value.clone();
  }

  @Override
  public synchronized Map<String, byte[]> entries() throws IOException {
    ensureOpen();
    Map<String, byte[]> copy = new HashMap<>();
    entries.forEach((key, value) -> copy.put(key, value.clone()));
    return copy;
  }

  @Override
  public synchronized void put(Map<String, byte @Nullable []> changes) throws IOException {
    ensureOpen();
    if (changes.isEmpty()) {
      return;
    }
    append(encode(changes));
    apply(changes);
    if (end > COMPACT_ABOVE_BYTES && end > 4 * liveBytes) {
      compact();
    }
  }

  @Override
  public synchronized boolean isDamaged() {
    return damaged;
  }

  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (lockChannel;
        RandomAccessFile last = content) {
      last.getFD().sync();
    }
  }

  private void load() throws IOException {
    long size = content.length();
    if (size < MAGIC.length) {
      // New, or a crash came before the first entry.
      content.setLength(0);
      content.write(MAGIC);
      end = MAGIC.length;
      return;
    }
    if (size > Integer.MAX_VALUE - 8) {
      throw new IOException(file + ": " + size + " bytes is too large for a storage file");
    }
    byte[] bytes = new byte[(int) size];
    content.readFully(bytes);
    if (!Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new IOException(file + " is no Millrace storage file (expected: it begins MRKV0001)");
    }
    int good = replay(ByteBuffer.wrap(bytes));
    if (good < size) {
      logger
          .atWarn()
          .addKeyValue("file", file)
          .addKeyValue("bytes", size - good)
          .log("The end of a storage file was incomplete and is cut off");
      damaged = true;
      content.setLength(good);
    }
    end = good;
  }

  /** Applies every good entry; returns where the last one ends. */
  private int replay(ByteBuffer content) throws IOException {
    int position = MAGIC.length;
    int good = position;
    while (position < content.limit()) {
      Map<String, byte @Nullable []> changes = decode(content, position);
      if (changes != null) {
        apply(changes);
        position += HEADER_BYTES + content.getInt(position);
        good = position;
        continue;
      }
      int next = afterDamaged(content, position);
      if (next < 0) {
        return good;
      }
      if (!damaged) {
        damaged = true;
        Path aside = sibling(file, ".damaged");
        Files.copy(file, aside, StandardCopyOption.REPLACE_EXISTING);
        logger
            .atError()
            .addKeyValue("file", file)
            .addKeyValue("kept", aside)
            .log("A storage file is damaged; the damaged entries are left out");
      }
      position = next;
    }
    return good;
  }

  /** Where the entry behind a damaged one begins; −1 when no good one follows. */
  private static int afterDamaged(ByteBuffer content, int position) {
    if (content.limit() - position < HEADER_BYTES) {
      return -1;
    }
    int length = content.getInt(position);
    long next = (long) position + HEADER_BYTES + length;
    boolean follows = length >= 0 && next < content.limit() && decode(content, (int) next) != null;
    return follows ? (int) next : -1;
  }

  private static @Nullable Map<String, byte @Nullable []> decode(ByteBuffer content, int position) {
    if (content.limit() - position < HEADER_BYTES) {
      return null;
    }
    int length = content.getInt(position);
    if (length < 4 || length > content.limit() - position - HEADER_BYTES) {
      return null;
    }
    ByteBuffer payload = content.slice(position + HEADER_BYTES, length);
    if (content.getInt(position + 4) != checksum(length, payload)) {
      return null;
    }
    try {
      int count = payload.getInt();
      Map<String, byte @Nullable []> changes = new LinkedHashMap<>();
      for (int i = 0; i < count; i++) {
        byte[] key = new byte[payload.getInt()];
        payload.get(key);
        int valueLength = payload.getInt();
        byte[] value = valueLength < 0 ? null : new byte[valueLength];
        if (value != null) {
          payload.get(value);
        }
        changes.put(new String(key, StandardCharsets.UTF_8), value);
      }
      return changes;
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      return null;
    }
  }

  private static byte[] encode(Map<String, ? extends byte @Nullable []> changes)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(0);
    out.writeInt(changes.size());
    for (Map.Entry<String, ? extends byte @Nullable []> change : changes.entrySet()) {
      byte[] key = change.getKey().getBytes(StandardCharsets.UTF_8);
      out.writeInt(key.length);
      out.write(key);
      byte[] value = change.getValue();
      out.writeInt(value == null ? -1 : value.length);
      if (value != null) {
        out.write(value);
      }
    }
    ByteBuffer entry = ByteBuffer.wrap(bytes.toByteArray());
    int length = entry.capacity() - HEADER_BYTES;
    if (length > MAX_PAYLOAD_BYTES) {
      throw new IOException("changes: " + length + " bytes (expected: at most 256 MiB)");
    }
    entry.putInt(0, length);
    entry.putInt(4, checksum(length, entry.slice(HEADER_BYTES, length)));
    return entry.array();
  }

  private static int checksum(int length, ByteBuffer payload) {
    CRC32C crc = new CRC32C();
    crc.update(length >>> 24);
    crc.update(length >>> 16);
    crc.update(length >>> 8);
    crc.update(length);
    crc.update(payload.duplicate());
    return (int) crc.getValue();
  }

  private void append(byte[] entry) throws IOException {
    try {
      content.seek(end);
      content.write(entry);
      if (fsync) {
        content.getFD().sync();
      }
    } catch (IOException e) {
      // Whatever arrived of the entry must not count later.
      content.setLength(end);
      throw e;
    }
    end += entry.length;
  }

  private void apply(Map<String, ? extends byte @Nullable []> changes) {
    for (Map.Entry<String, ? extends byte @Nullable []> change : changes.entrySet()) {
      String key = change.getKey();
      byte[] value = change.getValue();
      byte[] old = entries.remove(key);
      if (old != null) {
        liveBytes -= weight(key, old);
      }
      if (value != null) {
        entries.put(key, value.clone());
        liveBytes += weight(key, value);
      }
    }
  }

  private static long weight(String key, byte[] value) {
    return key.length() + value.length + 8L;
  }

  private void compact() {
    Path fresh = sibling(file, ".tmp");
    try {
      RandomAccessFile next = new RandomAccessFile(fresh.toFile(), "rw");
      byte[] entry = encode(entries);
      try {
        next.setLength(0);
        next.write(MAGIC);
        next.write(entry);
        next.getFD().sync();
        Files.move(
            fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        next.close();
        throw e;
      }
      RandomAccessFile old = content;
      content = next;
      end = MAGIC.length + (long) entry.length;
      old.close();
      syncDirectory();
    } catch (IOException e) {
      // The old file is still complete; the next write tries again.
      logger
          .atWarn()
          .setCause(e)
          .addKeyValue("file", file)
          .log("A storage file could not be rewritten");
    }
  }

  private void syncDirectory() throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null || File.separatorChar == '\\') {
      return;
    }
    try (FileChannel handle = FileChannel.open(directory, StandardOpenOption.READ)) {
      handle.force(true);
    }
  }

  private void ensureOpen() throws IOException {
    if (closed) {
      throw new IOException(file + " is closed");
    }
  }

  private static void lock(FileChannel channel, Path file, Duration timeout) throws IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return;
        }
      } catch (OverlappingFileLockException e) {
        throw new IOException(file + " is in use by another storage of this process", e);
      }
      if (System.nanoTime() >= deadline) {
        throw new IOException(file + " is in use by another process");
      }
      try {
        Thread.sleep(LOCK_POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(file + ": interrupted while waiting for its lock", e);
      }
    }
  }

  private static Path sibling(Path file, String suffix) {
    return file.resolveSibling(file.getFileName() + suffix);
  }
}
