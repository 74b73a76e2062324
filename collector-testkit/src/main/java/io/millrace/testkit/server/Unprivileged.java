package io.millrace.testkit.server;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/** Runs commands as the user {@code nobody} when this process is root's. */
final class Unprivileged {
  private static final int NOBODY = 65_534;

  private Unprivileged() {}

  /** Whether this process is root's. */
  static boolean needed() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return "root".equals(System.getProperty("user.name"));
    }
  }

  /**
   * What stands before a command so that it runs as nobody.
   *
   * @throws IOException when no command of this system can do it
   */
  static List<String> prefix() throws IOException {
    if (Commands.exists("setpriv")) {
      return List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
    }
    if (Commands.exists("runuser")) {
      return List.of("runuser", "-u", "nobody", "--");
    }
    if (Commands.exists("su")) {
      return List.of("su", "-s", "/bin/sh", "nobody", "--session-command", "\"$0\" \"$@\"", "--");
    }
    throw new IOException(
        "user root: Elasticsearch does not run as root (expected: setpriv, runuser or su on the"
            + " path, or another user)");
  }

  /** Makes nobody the owner of a folder and all in it. */
  static void giveAway(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
              throws IOException {
            return visitFile(path, attributes);
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            Files.setAttribute(path, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(path, "unix:gid", NOBODY, LinkOption.NOFOLLOW_LINKS);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Whether every user can read a file or folder, by the permissions of it and those above. */
  static boolean canRead(Path path) throws IOException {
    Path real = path.toRealPath();
    for (Path folder = real.getParent(); folder != null; folder = folder.getParent()) {
      if (!Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_EXECUTE)) {
        return false;
      }
    }
    Set<PosixFilePermission> own = Files.getPosixFilePermissions(real);
    return own.contains(PosixFilePermission.OTHERS_READ)
        && (!Files.isDirectory(real) || own.contains(PosixFilePermission.OTHERS_EXECUTE));
  }

  /** Copies a folder with all in it, so that every user can read the copy. Follows links. */
  static void copyReadable(Path source, Path target) throws IOException {
    try (var paths = Files.walk(source, FileVisitOption.FOLLOW_LINKS)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Path copy = target.resolve(source.relativize(path).toString());
        boolean executable = Files.isDirectory(path) || Files.isExecutable(path);
        if (Files.isDirectory(path)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(path, copy);
        }
        String permissions = executable ? "rwxr-xr-x" : "rw-r--r--";
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString(permissions));
      }
    }
  }
}
