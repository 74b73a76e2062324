package io.millrace.core.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory in which an agent keeps what must survive it, locked while it runs. Thread-safe.
 *
 * <pre>
 * lock                                 held by the running agent; holds its process id
 * rivals                               a byte for each agent that wanted the directory meanwhile
 * agent-id                             22 characters of base64url
 * epochs.storage                       how often each stream of pushed telemetry began
 * storage/&lt;kind&gt;-&lt;id&gt;.storage           a component's key-value store
 * components/&lt;kind&gt;-&lt;id&gt;/               a component's own directory
 * dead-letters/&lt;kind&gt;-&lt;id&gt;.jsonl        what can never be delivered
 * dead-letters/replay/                 what was asked to be handed on again
 * dead-letters/samples/                some of what strangers sent and nobody could read
 * logs/&lt;kind&gt;-&lt;id&gt;-&lt;signal&gt;/          a log of batches that wait for their delivery
 * drops.jsonl                          origins of what processors dropped
 * </pre>
 */
public final class StateDirectory implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(StateDirectory.class);
  private static final Pattern AGENT_ID = Pattern.compile("[A-Za-z0-9_-]{22}");
  private static final int AGENT_ID_BYTES = 16;
  private static final String RIVALS = "rivals";

  /** In the epochs: which components have had a storage. */
  private static final String STORAGE_PREFIX = "storage ";

  private final Path root;
  private final boolean ephemeral;
  private final FileChannel lockFile;
  private final FileLock lock;
  private final String agentId;
  private final FileStorage epochs;
  private final Map<String, FileStorage> storages = new HashMap<>();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong damagedBytes = new AtomicLong();

  private StateDirectory(Path root, boolean ephemeral, FileChannel lockFile, FileLock lock)
      throws IOException {
    this.root = root;
    this.ephemeral = ephemeral;
    this.lockFile = lockFile;
    this.lock = lock;
    Path epochFile = root.resolve("epochs.storage");
    boolean known = Files.exists(epochFile);
    Path id = root.resolve("agent-id");
    if (known && !Files.exists(id)) {
      lose(id, "the agent begins as another one; what it reads again is new");
    } else if (!known && Files.exists(id)) {
      lose(epochFile, "epochs go on with the time of day");
    }
    this.agentId = readOrMakeAgentId(id);
    this.epochs = opened(FileStorage.open(epochFile, true));
    Files.deleteIfExists(root.resolve(RIVALS));
  }

  /**
   * Where state is kept unless the user says otherwise: {@code /var/lib/millrace} for root, else
   * {@code $XDG_STATE_HOME/millrace} or {@code ~/.local/state/millrace}.
   */
  public static Path standardPath() {
    return standardPath(
        System.getProperty("user.name"), System.getenv("XDG_STATE_HOME"), userHome());
  }

  static Path standardPath(String user, @Nullable String xdgStateHome, String home) {
    if (user.equals("root")) {
      return Path.of("/var/lib/millrace");
    }
    if (xdgStateHome != null && Path.of(xdgStateHome).isAbsolute()) {
      return Path.of(xdgStateHome, "millrace");
    }
    return Path.of(home, ".local", "state", "millrace");
  }

  /**
   * Opens and locks a state directory, made when absent.
   *
   * @throws StateException when it cannot be written or another agent has it
   */
  public static StateDirectory open(Path root) throws StateException {
    try {
      Files.createDirectories(root);
    } catch (FileAlreadyExistsException e) {
      throw new StateException("State directory " + root + " is a file (expected: a directory)", e);
    } catch (IOException e) {
      throw notWritable(root, e);
    }
    return openExisting(root, false);
  }

  /**
   * Makes a state directory that is deleted on close: nothing survives the agent.
   *
   * @throws StateException when not even a temporary directory can be written
   */
  public static StateDirectory openEphemeral() throws StateException {
    try {
      return openExisting(Files.createTempDirectory("millrace-state-"), true);
    } catch (IOException e) {
      throw new StateException("No temporary directory for --ephemeral: " + reason(e), e);
    }
  }

  public Path root() {
    return root;
  }

  /** The persistent id of this agent: 22 characters of base64url. */
  public String agentId() {
    return agentId;
  }

  /**
   * The key-value store of a component; one instance while the agent runs.
   *
   * @param name kind and id, such as {@code receiver-filelog/app}
   */
  public FileStorage storage(String name) throws IOException {
    synchronized (storages) {
      FileStorage known = storages.get(name);
      if (known != null) {
        return known;
      }
      Path file = root.resolve("storage").resolve(FileNames.safe(name) + ".storage");
      Files.createDirectories(root.resolve("storage"));
      boolean had = epochs.get(STORAGE_PREFIX + name) != null;
      if (had && !Files.exists(file)) {
        lose(file, "the component begins as if it had never run");
      } else if (!had) {
        epochs.put(Map.of(STORAGE_PREFIX + name, new byte[0]));
      }
      FileStorage opened = opened(FileStorage.open(file, false));
      storages.put(name, opened);
      return opened;
    }
  }

  /** How many files were gone that must have been there. */
  public long lostFiles() {
    return lost.get();
  }

  /** How many bytes of storages could not be read. */
  public long damagedBytes() {
    return damagedBytes.get();
  }

  /** How many other agents wanted the directory since this one has it. */
  public long rivals() {
    try {
      return Files.size(root.resolve(RIVALS));
    } catch (IOException e) {
      return 0;
    }
  }

  /** A component's own directory, made when absent. */
  public Path componentDirectory(String name) throws IOException {
    return Files.createDirectories(root.resolve("components").resolve(FileNames.safe(name)));
  }

  /** Where the logs are; each in a directory of its own. */
  public Path logsDirectory() {
    return logsDirectory(root);
  }

  /** Where the logs of a state directory are that nobody needs to own. */
  public static Path logsDirectory(Path root) {
    return root.resolve("logs");
  }

  /** The directory of a log, whether it is there or not. */
  public Path logPath(String name) {
    return logsDirectory().resolve(FileNames.safe(name));
  }

  /**
   * The directory of a log, made when absent.
   *
   * @param name kind, id and signal, such as {@code receiver-otlp-logs}
   */
  public Path logDirectory(String name) throws IOException {
    Path directory = logPath(name);
    Files.createDirectories(directory);
    Directories.force(directory);
    Directories.force(logsDirectory());
    return directory;
  }

  /**
   * The next epoch of a component's pushed telemetry, never given out before; forced to disk.
   * Epochs are times, so that none comes again when their file was lost or damaged: the same
   * origins for other telemetry would make Elasticsearch take it for what it has.
   */
  public long nextEpoch(String component, long nowMillis) throws IOException {
    synchronized (epochs) {
      byte[] last = epochs.get(component);
      long next =
          last == null ? nowMillis : Math.max(nowMillis, ByteBuffer.wrap(last).getLong() + 1);
      epochs.put(Map.of(component, ByteBuffer.allocate(Long.BYTES).putLong(next).array()));
      return next;
    }
  }

  @Override
  public void close() throws IOException {
    List<AutoCloseable> parts = new ArrayList<>();
    parts.add(epochs);
    synchronized (storages) {
      parts.addAll(storages.values());
    }
    IOException failure = null;
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        failure = new IOException("Could not close " + root, e);
      }
    }
    lock.release();
    lockFile.close();
    if (ephemeral) {
      Directories.deleteQuietly(root);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static StateDirectory openExisting(Path root, boolean ephemeral) throws StateException {
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              root.resolve("lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        tellOwner(root);
        throw inUse(root, channel);
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)),
          0);
      return new StateDirectory(root, ephemeral, channel, lock);
    } catch (OverlappingFileLockException e) {
      tellOwner(root);
      StateException inUse = inUse(root, channel);
      closeQuietly(channel);
      throw inUse;
    } catch (IOException e) {
      closeQuietly(channel);
      throw notWritable(root, e);
    } catch (StateException e) {
      closeQuietly(channel);
      throw e;
    }
  }

  private FileStorage opened(FileStorage storage) {
    damagedBytes.addAndGet(storage.damagedBytes());
    return storage;
  }

  private void lose(Path file, String consequence) {
    lost.incrementAndGet();
    LOGGER.atWarn().addKeyValue("file", file).log("State is gone: {}", consequence);
  }

  /** Leaves a byte for the agent that runs here: it has metrics, and the one that must end none. */
  private static void tellOwner(Path root) {
    try {
      Files.write(
          root.resolve(RIVALS),
          new byte[] {'\n'},
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      // What the user must see is why this one ends.
    }
  }

  private static StateException inUse(Path root, @Nullable FileChannel channel) {
    String owner = "";
    try {
      ByteBuffer text = ByteBuffer.allocate(20);
      if (channel != null && channel.read(text, 0) > 0) {
        owner =
            " with process id "
                + new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII);
      }
    } catch (IOException e) {
      // Only the hint is lost.
    }
    return new StateException(
        "State directory "
            + root
            + " is in use by another agent"
            + owner
            + " (expected: one agent per --state-dir)",
        null);
  }

  private static StateException notWritable(Path root, IOException e) {
    return new StateException(
        "State directory "
            + root
            + " cannot be written: "
            + reason(e)
            + " (expected: another --state-dir, or --ephemeral to keep nothing)",
        e);
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName() + (e.getMessage() == null ? "" : " " + e.getMessage());
  }

  private static String readOrMakeAgentId(Path file) throws IOException {
    if (Files.exists(file)) {
      String id = Files.readString(file).trim();
      if (AGENT_ID.matcher(id).matches()) {
        return id;
      }
      throw new IOException(
          file
              + " holds \""
              + id
              + "\" (expected: 22 characters of base64url; delete the file to"
              + " make a new agent of this one)");
    }
    byte[] random = new byte[AGENT_ID_BYTES];
    new SecureRandom().nextBytes(random);
    String id = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    Path temporary = file.resolveSibling("agent-id.tmp");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap((id + "\n").getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    Directories.force(file);
    return id;
  }

  private static String userHome() {
    return System.getProperty("user.home");
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // The failure that led here is what the user must see.
    }
  }
}
