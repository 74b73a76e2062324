package io.millrace.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmallDiskTest {
  @TempDir private Path directory;

  @Test
  void takesNothingMoreWhenItIsFullAndDoesAgainWhenItIsFreed() throws Exception {
    try (SmallDisk disk = mount()) {
      Path file = disk.outside().resolve("file");
      Files.writeString(file, "a");
      disk.fill();

      assertThatThrownBy(() -> Files.write(disk.outside().resolve("other"), new byte[8192]))
          .isInstanceOf(IOException.class);
      disk.free();

      Files.write(disk.outside().resolve("other"), new byte[8192]);
      assertThat(Files.readString(file)).isEqualTo("a");
      assertThat(directory.resolve("disk")).isEmptyDirectory();
    }
  }

  @Test
  void takesNothingWhenItIsReadOnly() throws Exception {
    try (SmallDisk disk = mount()) {
      Files.writeString(disk.outside().resolve("file"), "a");
      disk.makeReadOnly();

      assertThatThrownBy(() -> Files.writeString(disk.outside().resolve("file"), "b"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Read-only");
      assertThat(Files.readString(disk.outside().resolve("file"))).isEqualTo("a");
    }
  }

  private SmallDisk mount() throws InterruptedException {
    try {
      return SmallDisk.mount(directory.resolve("disk"), 1);
    } catch (IOException e) {
      return abort("no file system can be mounted here: " + e.getMessage());
    }
  }
}
