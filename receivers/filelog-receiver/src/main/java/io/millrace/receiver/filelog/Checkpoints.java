package io.millrace.receiver.filelog;

import io.millrace.api.storage.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The positions of files in the component's storage. Thread-safe.
 *
 * <p>Keys: {@code file/<device>-<inode>} holds a {@link StreamState}; {@code generation} holds, as
 * 8 bytes, a generation that no life of any file has had. It begins with the clock, so that a
 * storage that was wiped, or another receiver's, never gives a stream a name that stood for other
 * bytes; and it is raised over every entry that is forgotten, since an inode is used again.
 */
final class Checkpoints {
  private static final String GENERATION = "generation";
  private static final String FILE = "file/";

  private final Storage storage;
  private final boolean fresh;
  private final Map<FileId, StreamState> stored = new HashMap<>();
  private long unusedGeneration;

  private Checkpoints(Storage storage, boolean fresh, long unusedGeneration) {
    this.storage = storage;
    this.fresh = fresh;
    this.unusedGeneration = unusedGeneration;
  }

  /**
   * Reads what is stored.
   *
   * @param firstGeneration where generations begin in a new storage
   * @throws IOException when the storage cannot be read
   */
  static Checkpoints load(Storage storage, long firstGeneration, Logger logger) throws IOException {
    Map<String, byte[]> entries = storage.entries();
    byte[] generation = entries.get(GENERATION);
    boolean fresh = generation == null || generation.length != Long.BYTES;
    long unused = fresh ? firstGeneration : ByteBuffer.wrap(generation).getLong();
    Checkpoints checkpoints = new Checkpoints(storage, fresh, unused);
    boolean damaged = storage.isDamaged();
    for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
      if (!entry.getKey().startsWith(FILE)) {
        continue;
      }
      try {
        checkpoints.stored.put(
            FileId.parse(entry.getKey().substring(FILE.length())),
            StreamState.decode(entry.getValue()));
      } catch (IOException | IndexOutOfBoundsException e) {
        damaged = true;
        logger
            .atError()
            .setCause(e)
            .addKeyValue("key", entry.getKey())
            .log("A stored position cannot be read; the file is read from its beginning");
      }
    }
    if (damaged) {
      // Which generations were stored there is unknown; later than the clock was none.
      checkpoints.unusedGeneration = Math.max(unused, firstGeneration);
    }
    if (fresh) {
      logger.info("No positions are stored: files are read as start_at says");
    }
    if (fresh || damaged) {
      storage.put(Map.of(GENERATION, bytes(checkpoints.unusedGeneration)));
    }
    return checkpoints;
  }

  /** Whether nothing was stored when the receiver started. */
  boolean fresh() {
    return fresh;
  }

  synchronized Optional<StreamState> find(FileId id) {
    return Optional.ofNullable(stored.get(id));
  }

  /** The generation of a file's next life. */
  synchronized long nextGeneration(FileId id) {
    StreamState state = stored.get(id);
    return state == null ? unusedGeneration : generationAfter(state.generation());
  }

  /** The generation of the life of a file that follows one. */
  synchronized long generationAfter(long generation) {
    // What is stored may be old, where the storage was damaged.
    return Math.max(generation + 1, unusedGeneration);
  }

  /** Everything that is stored. */
  synchronized Map<FileId, StreamState> all() {
    return Map.copyOf(stored);
  }

  /**
   * Stores lives as they are now, all or nothing; those that are over are left out. What they say
   * is taken under the same lock as it is stored, so that no older word overwrites a newer one.
   *
   * @throws NotStoredException when nothing was stored
   */
  synchronized void save(Collection<Life> lives) throws NotStoredException {
    Map<String, byte @Nullable []> changes = new HashMap<>();
    Map<Life, StreamState> states = new HashMap<>();
    for (Life life : lives) {
      if (!life.isOver()) {
        StreamState state = life.snapshot();
        states.put(life, state);
        changes.put(FILE + life.id(), state.encode());
      }
    }
    if (changes.isEmpty()) {
      return;
    }
    try {
      storage.put(changes);
    } catch (IOException e) {
      throw new NotStoredException(e);
    }
    states.forEach(
        (life, state) -> {
          stored.put(life.id(), state);
          life.saved(state);
        });
  }

  /**
   * Forgets files that were last seen before a time, except those in use.
   *
   * @return how many were forgotten
   */
  synchronized int forget(long seenBeforeMillis, Collection<FileId> inUse) throws IOException {
    List<FileId> old = new ArrayList<>();
    long unused = unusedGeneration;
    for (Map.Entry<FileId, StreamState> entry : stored.entrySet()) {
      StreamState state = entry.getValue();
      if (state.seenMillis() < seenBeforeMillis && !inUse.contains(entry.getKey())) {
        old.add(entry.getKey());
        unused = Math.max(unused, state.generation() + 1);
      }
    }
    if (old.isEmpty()) {
      return 0;
    }
    Map<String, byte @Nullable []> changes = new HashMap<>();
    changes.put(GENERATION, bytes(unused));
    old.forEach(id -> changes.put(FILE + id, null));
    storage.put(changes);
    unusedGeneration = unused;
    old.forEach(stored::remove);
    return old.size();
  }

  private static byte[] bytes(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }
}
