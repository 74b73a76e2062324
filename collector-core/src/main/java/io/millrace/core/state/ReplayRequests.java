package io.millrace.core.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was asked to be replayed, one file for each request in {@code dead-letters/replay/}. Anybody
 * may add requests, in any process; only the agent takes them. Thread-safe.
 *
 * <p>A request is {@code <id>.request} until the letters it asks for are marked, and {@code
 * <id>.taken} until all letters have come to an end. An agent that starts thus knows without
 * reading the letters whether some of them are on their way.
 */
public final class ReplayRequests {
  private static final Logger LOGGER = LoggerFactory.getLogger(ReplayRequests.class);
  private static final String WAITING = ".request";
  private static final String TAKEN = ".taken";

  private final Path directory;

  private ReplayRequests(Path directory) {
    this.directory = directory;
  }

  /** The requests of a state directory, which nobody needs to own. */
  public static ReplayRequests of(Path state) {
    return new ReplayRequests(LetterFiles.requests(state));
  }

  /** Makes the place for requests, so that whoever may write there may add some. */
  public void prepare() throws IOException {
    Files.createDirectories(directory);
  }

  /**
   * Adds a request durably.
   *
   * @return its file, which is gone once an agent has taken it
   */
  public Path add(ReplayRequest request) throws IOException {
    prepare();
    String id = UUID.randomUUID().toString();
    Path temporary = directory.resolve(id + ".tmp");
    try (FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(request.toJson());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    Path file = directory.resolve(id + WAITING);
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    Directories.force(file);
    return file;
  }

  /** Requests that nobody has taken. */
  public List<Path> waiting() throws IOException {
    return with(WAITING);
  }

  /** Whether letters may be on their way. */
  public boolean anyTaken() throws IOException {
    return !with(TAKEN).isEmpty();
  }

  /** Reads a request; empty when it is none, which is logged, or was withdrawn. */
  public Optional<ReplayRequest> read(Path file) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    try {
      return Optional.of(ReplayRequest.read(bytes));
    } catch (IOException e) {
      LOGGER
          .atWarn()
          .addKeyValue("file", file)
          .log("A request to replay dead letters cannot be read: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** Notes that the letters of a request are marked. */
  public void take(Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    Path taken = file.resolveSibling(name.substring(0, name.length() - WAITING.length()) + TAKEN);
    try {
      Files.move(file, taken, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      LOGGER.atDebug().addKeyValue("request", name).log("Request was withdrawn");
    }
    Directories.force(taken);
  }

  /** Forgets what was taken: every letter has come to an end. */
  public void finish() throws IOException {
    for (Path file : with(TAKEN)) {
      Files.deleteIfExists(file);
    }
  }

  private List<Path> with(String suffix) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }
}
