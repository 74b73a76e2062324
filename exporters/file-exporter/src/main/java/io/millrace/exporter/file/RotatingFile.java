package io.millrace.exporter.file;

import io.millrace.exporter.file.FileExporterConfig.RotationConfig;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A file that entries are appended to whole, and that gives way to a new one when it is large. Old
 * ones are called {@code name-2026-01-31T23-59-59.000.ext}. One thread at a time.
 */
final class RotatingFile {
  private static final long MEGABYTE = 1_000_000;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss.SSS", Locale.ROOT);
  private static final String STAMP_PATTERN = "-\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\d\\.\\d{3}";

  private final Path path;
  private final @Nullable RotationConfig rotation;
  private final Clock clock;
  private FileChannel channel;

  private RotatingFile(
      Path path, @Nullable RotationConfig rotation, Clock clock, FileChannel channel) {
    this.path = path;
    this.rotation = rotation;
    this.clock = clock;
    this.channel = channel;
  }

  static RotatingFile open(FileExporterConfig config, Clock clock) throws IOException {
    Path path = config.path().toAbsolutePath();
    return new RotatingFile(path, config.rotation(), clock, channel(path, config.append()));
  }

  /**
   * Appends an entry.
   *
   * @throws IOException when it could not be written whole; the file then is as it was before
   */
  void append(Entry entry) throws IOException {
    // Its size is counted first: an entry that is taken back would look, to a reader that follows
    // the file, as if the file began anew.
    if (rotation != null
        && channel.size() > 0
        && channel.size() + entry.sizeBytes() > rotation.maxMegabytes() * MEGABYTE) {
      rotate(rotation);
    }
    long before = channel.size();
    channel.position(before);
    try {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
      entry.writeTo(out);
      out.flush();
    } catch (IOException | RuntimeException e) {
      channel.truncate(before);
      throw e;
    }
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Everything accepted has been written; there is nothing left to lose.
    }
  }

  private void rotate(RotationConfig settings) throws IOException {
    Instant now = clock.instant();
    ZoneId zone = settings.localtime() ? ZoneId.systemDefault() : ZoneOffset.UTC;
    Path old = path.resolveSibling(stem() + "-" + STAMP.format(now.atZone(zone)) + extension());
    channel.close();
    Files.move(path, old);
    channel = channel(path, false);
    prune(settings, now);
  }

  private void prune(RotationConfig settings, Instant now) throws IOException {
    List<Path> old = new ArrayList<>(backups());
    Duration age = Duration.ofDays(settings.maxDays());
    for (int i = 0; i < old.size(); i++) {
      boolean tooMany = settings.maxBackups() > 0 && i < old.size() - settings.maxBackups();
      boolean tooOld =
          settings.maxDays() > 0
              && Files.getLastModifiedTime(old.get(i)).toInstant().plus(age).isBefore(now);
      if (tooMany || tooOld) {
        Files.deleteIfExists(old.get(i));
      }
    }
  }

  /** The old files, oldest first. */
  private List<Path> backups() throws IOException {
    Pattern name =
        Pattern.compile(Pattern.quote(stem()) + STAMP_PATTERN + Pattern.quote(extension()));
    try (Stream<Path> files = Files.list(path.getParent())) {
      return files
          .filter(each -> name.matcher(each.getFileName().toString()).matches())
          .sorted()
          .toList();
    }
  }

  private String stem() {
    String name = path.getFileName().toString();
    return name.substring(0, name.length() - extension().length());
  }

  private String extension() {
    String name = path.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot <= 0 ? "" : name.substring(dot);
  }

  private static FileChannel channel(Path path, boolean append) throws IOException {
    FileChannel opened =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!append) {
      opened.truncate(0);
    }
    return opened;
  }
}
