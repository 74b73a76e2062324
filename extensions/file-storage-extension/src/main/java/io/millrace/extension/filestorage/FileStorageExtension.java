package io.millrace.extension.filestorage;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.ComponentId;
import io.millrace.api.component.Extension;
import io.millrace.api.component.StartException;
import io.millrace.api.storage.Storage;
import io.millrace.api.storage.StorageProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Offers every component a store in a file of its own, {@code <kind>_<type>[_<name>]} in the
 * configured directory. Thread-safe.
 */
final class FileStorageExtension implements Extension, StorageProvider {
  private final ComponentContext context;
  private final FileStorageConfig config;
  private final Map<String, LogStorage> storages = new HashMap<>();
  private boolean running;

  FileStorageExtension(ComponentContext context, FileStorageConfig config) {
    this.context = context;
    this.config = config;
  }

  @Override
  public synchronized void start() throws StartException {
    Path directory = config.directory();
    try {
      if (config.createDirectory()) {
        createDirectories(directory);
      }
      if (!Files.isDirectory(directory)) {
        throw new StartException(
            "directory: "
                + directory
                + " is not a directory (expected: an existing one, or create_directory: true)",
            null);
      }
      Files.delete(Files.createTempFile(directory, ".writable", ".tmp"));
    } catch (IOException e) {
      throw new StartException("directory: " + directory + " cannot be written: " + e, e);
    }
    running = true;
  }

  @Override
  public synchronized void stop() {
    running = false;
    for (LogStorage storage : storages.values()) {
      try {
        storage.close();
      } catch (IOException e) {
        context.logger().atWarn().setCause(e).log("A storage file was not closed properly");
      }
    }
    storages.clear();
  }

  @Override
  public synchronized Storage open(String kind, ComponentId id) throws IOException {
    if (!running) {
      throw new IOException(context.id() + " is not running");
    }
    String name = fileName(kind, id);
    LogStorage storage = storages.get(name);
    if (storage == null) {
      storage =
          LogStorage.open(
              config.directory().resolve(name), config.fsync(), config.timeout(), context.logger());
      storages.put(name, storage);
    }
    return storage;
  }

  /** The Collector's names; what no file name should have stands as {@code ~} and its bytes. */
  static String fileName(String kind, ComponentId id) {
    String name = kind + "_" + id.type() + (id.name().isEmpty() ? "" : "_" + id.name());
    StringBuilder safe = new StringBuilder(name.length());
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '_'
              || c == '-'
              || c == '.';
      if (plain) {
        safe.append(c);
      } else {
        safe.append(String.format(Locale.ROOT, "~%02x", (int) c));
      }
    }
    return safe.toString();
  }

  private void createDirectories(Path directory) throws IOException {
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try {
      Files.createDirectory(directory, permissions());
    } catch (FileAlreadyExistsException e) {
      // Made before, perhaps as a link to a directory; the caller looks at what it is.
      return;
    }
  }

  private FileAttribute<?>[] permissions() {
    if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      return new FileAttribute<?>[0];
    }
    int bits = Integer.parseInt(config.directoryPermissions(), 8);
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = PosixFilePermission.values();
    for (int i = 0; i < all.length; i++) {
      if ((bits & (1 << (all.length - 1 - i))) != 0) {
        permissions.add(all[i]);
      }
    }
    return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)};
  }
}
