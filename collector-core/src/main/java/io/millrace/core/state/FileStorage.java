package io.millrace.core.state;

import io.millrace.api.storage.Storage;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A key-value store in one append-only file: every change is one record, and reading them in order
 * gives the map. Thread-safe.
 *
 * <p>Record: length of the payload (int), CRC32C of the payload (int), payload. Payload: number of
 * changes (int), then per change the key ({@link DataOutputStream#writeUTF}), the length of the
 * value or -1 for a removal (int), the value. All big endian. A record that does not match its
 * checksum is left out when a sound one follows; else the file ends there: what follows was never
 * acknowledged, or the disk lost it. {@link #isDamaged} cannot tell the two apart.
 *
 * <p>The file is rewritten when it has grown to several times its live content: into a temporary
 * file that is forced to disk and then renamed.
 */
public final class FileStorage implements Storage, AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(FileStorage.class);
  private static final int HEADER_BYTES = 8;
  private static final long MIN_COMPACTION_BYTES = 1 << 20;
  private static final int MAX_RECORD_BYTES = 64 << 20;

  private final Path file;
  private final boolean fsync;
  private final Map<String, byte[]> entries = new HashMap<>();
  private FileChannel channel;
  private long end;
  private long liveBytes;
  private long damagedBytes;
  private boolean broken;

  private FileStorage(Path file, boolean fsync, FileChannel channel) {
    this.file = file;
    this.fsync = fsync;
    this.channel = channel;
  }

  /**
   * Opens a store, made when absent, repaired when its end is torn.
   *
   * @param fsync whether a change survives a power failure when {@link #put} returns
   */
  public static FileStorage open(Path file, boolean fsync) throws IOException {
    FileStorage storage = new FileStorage(file, fsync, openChannel(file));
    try {
      storage.load();
      return storage;
    } catch (IOException e) {
      storage.channel.close();
      throw e;
    }
  }

  @Override
  public synchronized byte @Nullable [] get(String key) throws IOException {
    byte[] value = entries.get(key);
    return value == null ? null : value.clone();
  }

  @Override
  public synchronized Map<String, byte[]> entries() throws IOException {
    Map<String, byte[]> copy = new HashMap<>();
    entries.forEach((key, value) -> copy.put(key, value.clone()));
    return copy;
  }

  @Override
  public synchronized void put(Map<String, byte @Nullable []> changes) throws IOException {
    if (changes.isEmpty()) {
      return;
    }
    if (broken) {
      recover();
    }
    append(encode(changes));
    apply(changes);
    if (end > MIN_COMPACTION_BYTES && end > 4 * (liveBytes + HEADER_BYTES)) {
      compact();
    }
  }

  @Override
  public synchronized boolean isDamaged() {
    return damagedBytes > 0;
  }

  /** How many bytes could not be read when it was opened. */
  public synchronized long damagedBytes() {
    return damagedBytes;
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }

  private void append(byte[] payload) throws IOException {
    ByteBuffer record = frame(payload);
    long before = end;
    try {
      long at = end;
      while (record.hasRemaining()) {
        at += channel.write(record, at);
      }
      if (fsync) {
        channel.force(false);
      }
      end = at;
    } catch (IOException e) {
      try {
        channel.truncate(before);
      } catch (IOException second) {
        broken = true;
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  /** After a failed write that could not be taken back: the end of the file is unknown. */
  private void recover() throws IOException {
    channel.close();
    channel = openChannel(file);
    channel.truncate(end);
    broken = false;
  }

  private void apply(Map<String, byte @Nullable []> changes) {
    changes.forEach(
        (key, value) -> {
          byte[] old = value == null ? entries.remove(key) : entries.put(key, value.clone());
          liveBytes -= old == null ? 0 : weight(key, old);
          liveBytes += value == null ? 0 : weight(key, value);
        });
  }

  private void load() throws IOException {
    long size = channel.size();
    // Not closed: closing it would close the channel.
    DataInputStream in =
        new DataInputStream(
            new java.io.BufferedInputStream(Channels.newInputStream(channel.position(0))));
    long at = 0;
    while (size - at >= HEADER_BYTES) {
      int length = in.readInt();
      int checksum = in.readInt();
      if (length < 0 || length > MAX_RECORD_BYTES || length > size - at - HEADER_BYTES) {
        break;
      }
      byte[] payload = in.readNBytes(length);
      at += HEADER_BYTES + length;
      if (checksum(payload) == checksum) {
        apply(decode(payload));
        damagedBytes += at - HEADER_BYTES - length - end;
        end = at;
      }
    }
    boolean within = damagedBytes > 0;
    damagedBytes += size - end;
    if (damagedBytes == 0) {
      return;
    }
    LOGGER
        .atWarn()
        .addKeyValue("file", file)
        .addKeyValue("damagedBytes", damagedBytes)
        .log("Storage is damaged; older values hold where the damage hit");
    channel.truncate(end);
    if (within) {
      // Else the same damage would be found at every start.
      compact();
    }
  }

  private void compact() throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    Files.deleteIfExists(temporary);
    long written = 0;
    FileChannel fresh = openChannel(temporary);
    try {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        ByteBuffer record = frame(encode(Map.of(entry.getKey(), entry.getValue())));
        while (record.hasRemaining()) {
          written += fresh.write(record, written);
        }
      }
      fresh.force(true);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      fresh.close();
      // The change itself is in the old file, which stays in use.
      LOGGER.atWarn().addKeyValue("file", file).setCause(e).log("Could not compact a storage");
      return;
    }
    channel.close();
    channel = fresh;
    end = written;
    Directories.force(file);
  }

  private static FileChannel openChannel(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static ByteBuffer frame(byte[] payload) {
    return ByteBuffer.allocate(HEADER_BYTES + payload.length)
        .putInt(payload.length)
        .putInt(checksum(payload))
        .put(payload)
        .flip();
  }

  private static int checksum(byte[] payload) {
    CRC32C crc = new CRC32C();
    crc.update(payload);
    return (int) crc.getValue();
  }

  private static byte[] encode(Map<String, byte @Nullable []> changes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(changes.size());
    for (Map.Entry<String, byte @Nullable []> change : changes.entrySet()) {
      out.writeUTF(change.getKey());
      byte[] value = change.getValue();
      out.writeInt(value == null ? -1 : value.length);
      if (value != null) {
        out.write(value);
      }
    }
    return bytes.toByteArray();
  }

  private static Map<String, byte @Nullable []> decode(byte[] payload) throws IOException {
    DataInputStream in = new DataInputStream(new java.io.ByteArrayInputStream(payload));
    Map<String, byte @Nullable []> changes = new HashMap<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      String key = in.readUTF();
      int length = in.readInt();
      changes.put(key, length < 0 ? null : in.readNBytes(length));
    }
    return changes;
  }

  private static long weight(String key, byte[] value) {
    return HEADER_BYTES + 10L + key.length() + value.length;
  }
}
