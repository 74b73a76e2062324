package io.millrace.receiver.filelog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFinderTest {
  @TempDir Path directory;
  private final List<Path> unreadable = new ArrayList<>();

  @Test
  void findsFilesInOrderAndLeavesOutWhatIsExcluded() throws IOException {
    make("b.log");
    make("a.log");
    make("x/c.log");
    make("x/y/d.log");
    make("x/y/no.txt");
    make("x/y/not.log");
    Files.createDirectory(directory.resolve("e.log"));
    FileFinder finder =
        finder(List.of(directory + "/**/*.log"), List.of("**/not*.log"), Duration.ZERO);
    assertThat(find(finder)).containsExactly("a.log", "b.log", "x/c.log", "x/y/d.log");
  }

  @Test
  void findsWhatComesAndMissesWhatGoes() throws IOException {
    FileFinder finder = finder(List.of(directory + "/*/*.log"), List.of(), Duration.ZERO);
    assertThat(find(finder)).isEmpty();
    make("x/a.log");
    assertThat(find(finder)).containsExactly("x/a.log");
    make("x/b.log");
    Files.delete(directory.resolve("x/a.log"));
    assertThat(find(finder)).containsExactly("x/b.log");
  }

  @Test
  void findsNewFilesInDirectoriesItHasListedLongAfterTheyChanged() throws IOException {
    make("a.log");
    Files.setLastModifiedTime(directory, FileTime.fromMillis(1_000_000));
    FileFinder finder = finder(List.of(directory + "/*.log"), List.of(), Duration.ZERO);
    assertThat(find(finder)).containsExactly("a.log");
    make("b.log");
    assertThat(find(finder)).containsExactly("a.log", "b.log");
  }

  @Test
  void leavesOutFilesThatHaveNotChangedForLong() throws IOException {
    make("a.log");
    make("b.log");
    Files.setLastModifiedTime(
        directory.resolve("a.log"),
        FileTime.fromMillis(System.currentTimeMillis() - Duration.ofHours(2).toMillis()));
    FileFinder finder = finder(List.of(directory + "/*.log"), List.of(), Duration.ofHours(1));
    assertThat(find(finder)).containsExactly("b.log");
  }

  @Test
  void doesNotFollowLinksInCircles() throws IOException {
    make("x/a.log");
    Files.createSymbolicLink(directory.resolve("x/back"), directory);
    Files.createSymbolicLink(directory.resolve("x/self"), directory.resolve("x"));
    FileFinder finder = finder(List.of(directory + "/**/*.log"), List.of(), Duration.ZERO);
    assertThat(find(finder)).containsExactly("x/a.log");
  }

  @Test
  void followsLinksToDirectories() throws IOException {
    make("real/a.txt");
    Files.createDirectory(directory.resolve("logs"));
    Files.createSymbolicLink(directory.resolve("logs/link"), directory.resolve("real"));
    FileFinder finder = finder(List.of(directory + "/logs/*/*.txt"), List.of(), Duration.ZERO);
    assertThat(find(finder)).containsExactly("logs/link/a.txt");
  }

  @Test
  void tellsWhatItCannotLookAt() throws IOException {
    Files.createSymbolicLink(directory.resolve("loop"), directory.resolve("loop"));
    FileFinder finder = finder(List.of(directory + "/loop/*.log"), List.of(), Duration.ZERO);
    assertThat(find(finder)).isEmpty();
    assertThat(unreadable).containsExactly(directory.resolve("loop"));
  }

  private void make(String name) throws IOException {
    Path file = directory.resolve(name);
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.createFile(file);
  }

  private FileFinder finder(List<String> include, List<String> exclude, Duration age) {
    return new FileFinder(include, exclude, age, (path, cause) -> unreadable.add(path));
  }

  private List<String> find(FileFinder finder) {
    return finder.find(System.currentTimeMillis()).keySet().stream()
        .map(path -> directory.relativize(path).toString())
        .toList();
  }
}
