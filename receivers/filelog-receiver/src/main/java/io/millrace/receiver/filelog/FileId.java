package io.millrace.receiver.filelog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which file of a file system it is, whatever its name. Immutable.
 *
 * @param device the file system
 * @param inode the file in it; used again for another file once this one is gone
 */
record FileId(String device, String inode) {

  /** Reads the id of the file behind a path; links are followed. */
  static FileId of(Path path) throws IOException {
    try {
      Map<String, Object> attributes = Files.readAttributes(path, "unix:dev,ino");
      return new FileId(
          String.valueOf(attributes.get("dev")), String.valueOf(attributes.get("ino")));
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
      return fromKey(key, path);
    }
  }

  /** Reads the text form. */
  static FileId parse(String text) {
    int dash = text.indexOf('-');
    return new FileId(text.substring(0, dash), text.substring(dash + 1));
  }

  /** Where the file system gives no inode the path must do; then a renamed file is a new one. */
  private static FileId fromKey(@Nullable Object key, Path path) {
    String text = key == null ? path.toAbsolutePath().toString() : key.toString();
    return new FileId("0", HexFormat.of().toHexDigits(hash(text)));
  }

  private static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  /** Device and inode with a dash between. */
  @Override
  public String toString() {
    return device + "-" + inode;
  }
}
