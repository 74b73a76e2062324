package io.millrace.extension.filestorage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.component.ComponentId;
import io.millrace.api.component.Plugin;
import io.millrace.api.component.StartException;
import io.millrace.api.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStorageExtensionTest {
  private static final ComponentId FILELOG = ComponentId.parse("filelog/app");

  @TempDir Path directory;
  private final List<FileStorageExtension> started = new ArrayList<>();

  @AfterEach
  void stopAll() {
    started.forEach(FileStorageExtension::stop);
  }

  @Test
  void isFoundAsAPlugin() {
    List<String> types = new ArrayList<>();
    for (Plugin plugin : ServiceLoader.load(Plugin.class)) {
      plugin.extensions().forEach(factory -> types.add(factory.type()));
    }
    assertThat(types).contains("file_storage");
  }

  @Test
  void givesEveryComponentAStoreOfItsOwnThatOutlivesARestart() throws Exception {
    FileStorageExtension extension = start(config(directory, false, "0750"));
    extension.open("receiver", FILELOG).put(Map.of("key", bytes("receiver's")));
    extension.open("exporter", FILELOG).put(Map.of("key", bytes("exporter's")));
    extension.stop();

    FileStorageExtension again = start(config(directory, false, "0750"));
    assertThat(again.open("receiver", FILELOG).get("key")).isEqualTo(bytes("receiver's"));
    assertThat(again.open("exporter", FILELOG).get("key")).isEqualTo(bytes("exporter's"));
    assertThat(directory.resolve("receiver_filelog_app")).exists();
  }

  @Test
  void givesTheSameStoreForTheSameComponent() throws Exception {
    FileStorageExtension extension = start(config(directory, false, "0750"));
    Storage first = extension.open("receiver", FILELOG);
    assertThat(extension.open("receiver", FILELOG)).isSameAs(first);
  }

  @Test
  void makesTheDirectoryWhenAskedTo() throws Exception {
    Path absent = directory.resolve("a/b");
    start(config(absent, true, "0700"));
    assertThat(absent).isDirectory();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(absent)))
        .isEqualTo("rwx------");
  }

  @Test
  void acceptsADirectoryThatIsALink() throws Exception {
    Path link = directory.resolve("link");
    Files.createSymbolicLink(link, Files.createDirectory(directory.resolve("real")));
    assertThatCode(() -> start(config(link, true, "0750"))).doesNotThrowAnyException();
  }

  @Test
  void cannotStartWithoutItsDirectory() {
    Path absent = directory.resolve("absent");
    assertThatThrownBy(() -> start(config(absent, false, "0750")))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "directory: %s is not a directory (expected: an existing one, or create_directory:"
                + " true)",
            absent);
  }

  @Test
  void cannotStartOnAFile() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThatThrownBy(() -> start(config(file, true, "0750")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("is not a directory");
  }

  @Test
  void leavesNothingBehindAtStart() throws Exception {
    start(config(directory, false, "0750"));
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void opensNothingOnceStopped() throws Exception {
    FileStorageExtension extension = start(config(directory, false, "0750"));
    Storage storage = extension.open("receiver", FILELOG);
    extension.stop();
    assertThatThrownBy(() -> extension.open("receiver", FILELOG)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> storage.get("key")).isInstanceOf(IOException.class);
  }

  @Test
  void namesFilesSoThatNoIdCanLeaveTheDirectory() {
    assertThat(FileStorageExtension.fileName("receiver", ComponentId.parse("filelog/a/../../b")))
        .isEqualTo("receiver_filelog_a~2f..~2f..~2fb");
    assertThat(FileStorageExtension.fileName("receiver", ComponentId.parse("filelog")))
        .isEqualTo("receiver_filelog");
  }

  @Test
  void saysWhatPermissionsLookLike() {
    List<String> problems = new ArrayList<>();
    config(directory, true, "rwx").validate((key, message) -> problems.add(key + ": " + message));
    config(directory, true, "0755").validate((key, message) -> problems.add(key + ": " + message));
    assertThat(problems)
        .containsExactly(
            "directory_permissions: \"rwx\" (expected: three octal digits such as 0750)");
  }

  private FileStorageExtension start(FileStorageConfig config) throws StartException {
    FileStorageExtension extension = new FileStorageExtension(new LogOnlyContext(), config);
    started.add(extension);
    extension.start();
    return extension;
  }

  private static FileStorageConfig config(Path directory, boolean create, String permissions) {
    FileStorageConfig.CompactionConfig compaction =
        new FileStorageConfig.CompactionConfig(
            false, false, null, 100, 10, 65536, Duration.ofSeconds(5), false);
    return new FileStorageConfig(
        directory, Duration.ofSeconds(1), false, create, permissions, compaction, false);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
