package io.millrace.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  @TempDir Path base;

  @Test
  void leavesNothingWhenClosed() throws Exception {
    try (RunDirectory directory = RunDirectory.create(base.resolve("new"), "run")) {
      Files.createDirectories(directory.path().resolve("a/b"));
      Files.writeString(directory.path().resolve("a/b/c"), "text");
    }
    assertThat(base.resolve("new")).isEmptyDirectory();
  }

  @Test
  void keepsApartWhatOneProcessMakes() throws Exception {
    try (RunDirectory first = RunDirectory.create(base, "run");
        RunDirectory second = RunDirectory.create(base, "run");
        RunDirectory third = RunDirectory.create(base, "run")) {
      assertThat(first.path()).exists().isNotEqualTo(second.path());
      assertThat(second.path()).exists().isNotEqualTo(third.path());
    }
  }

  @Test
  void removesWhatNobodyOwns() throws Exception {
    Path abandoned = Files.createDirectories(base.resolve("run-1-0/data")).getParent();
    Files.createFile(base.resolve("run-1-0.lock"));
    Path other = Files.createDirectory(base.resolve("other-1-0"));
    Files.createFile(base.resolve("other-1-0.lock"));
    try (RunDirectory directory = RunDirectory.create(base, "run")) {
      assertThat(directory.path()).exists();
      assertThat(abandoned).doesNotExist();
      assertThat(base.resolve("run-1-0.lock")).doesNotExist();
      assertThat(other).exists();
    }
  }

  @Test
  void deletesLinksButNotWhatTheyPointTo() throws Exception {
    Path precious = Files.createDirectory(base.resolve("precious"));
    Files.writeString(precious.resolve("file"), "text");
    try (RunDirectory directory = RunDirectory.create(base, "run")) {
      Files.createSymbolicLink(directory.path().resolve("link"), precious);
    }
    assertThat(precious.resolve("file")).exists();
  }
}
