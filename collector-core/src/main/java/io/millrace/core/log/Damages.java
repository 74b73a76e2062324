package io.millrace.core.log;

import io.millrace.core.log.RecordScanner.Damage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Puts the bytes of damaged ranges aside, each once, in files named {@code
 * <segment>.<from>-<to>.damaged}. Thread-safe.
 */
final class Damages {
  static final String SUFFIX = ".damaged";
  private static final int COPY_BYTES = 64 << 10;

  private final LogDisk disk;
  private final LogEvents events;
  private final Set<String> known = new HashSet<>();

  Damages(LogDisk disk, LogEvents events) {
    this.disk = disk;
    this.events = events;
  }

  /**
   * Copies a range into a file of its own, durably, and tells of it; nothing when it was before.
   *
   * @throws IOException when it could not be copied: nobody may go past the range
   */
  synchronized void putAside(Segment segment, Damage damage) throws IOException {
    String name =
        String.format(Locale.ROOT, "%s.%d-%d%s", segment.name, damage.from(), damage.to(), SUFFIX);
    if (known.contains(name)) {
      return;
    }
    boolean before = disk.list().contains(name);
    if (damage.to() > damage.from()) {
      copy(segment, damage, name);
    }
    known.add(name);
    if (!before) {
      events.damaged(segment.name, damage, name);
    }
  }

  private void copy(Segment segment, Damage damage, String name) throws IOException {
    try (LogDisk.File file = disk.open(name, true)) {
      ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
      for (long at = damage.from(); at < damage.to(); ) {
        buffer.clear().limit((int) Math.min(COPY_BYTES, damage.to() - at));
        int read = RecordScanner.read(segment.file, buffer, at);
        if (read == 0) {
          break;
        }
        buffer.flip();
        long target = at - damage.from();
        while (buffer.hasRemaining()) {
          target += file.write(buffer, target);
        }
        at += read;
      }
      file.force();
    }
    disk.force();
  }
}
