package io.millrace.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {
  @TempDir Path temporary;

  @Test
  void givesTheAgentOneIdForGood() throws Exception {
    String first;
    try (StateDirectory state = StateDirectory.open(temporary.resolve("state"))) {
      first = state.agentId();
    }
    assertThat(first).matches("[A-Za-z0-9_-]{22}");
    try (StateDirectory state = StateDirectory.open(temporary.resolve("state"))) {
      assertThat(state.agentId()).isEqualTo(first);
    }
    try (StateDirectory other = StateDirectory.open(temporary.resolve("other"))) {
      assertThat(other.agentId()).isNotEqualTo(first);
    }
  }

  @Test
  void belongsToOneAgentAtATime() throws Exception {
    Path root = temporary.resolve("state");
    StateDirectory first = StateDirectory.open(root);
    assertThatThrownBy(() -> StateDirectory.open(root))
        .isInstanceOf(StateException.class)
        .hasMessage(
            "State directory %s is in use by another agent with process id %d (expected: one agent"
                + " per --state-dir)",
            root, ProcessHandle.current().pid());
    first.close();
    StateDirectory.open(root).close();
  }

  @Test
  void saysWhenItCannotBeWritten() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "");
    assertThatThrownBy(() -> StateDirectory.open(file))
        .isInstanceOf(StateException.class)
        .hasMessage("State directory %s is a file (expected: a directory)", file);
    assertThatThrownBy(() -> StateDirectory.open(file.resolve("below")))
        .isInstanceOf(StateException.class)
        .hasMessageStartingWith("State directory " + file.resolve("below") + " cannot be written: ")
        .hasMessageEndingWith("(expected: another --state-dir, or --ephemeral to keep nothing)");
  }

  @Test
  void neverRepeatsAnEpoch() throws Exception {
    try (StateDirectory state = StateDirectory.open(temporary)) {
      assertThat(state.nextEpoch("otlp", 1000)).isEqualTo(1000);
      assertThat(state.nextEpoch("otlp", 1000)).isEqualTo(1001);
      assertThat(state.nextEpoch("otlp/b", 1000)).isEqualTo(1000);
    }
    try (StateDirectory state = StateDirectory.open(temporary)) {
      assertThat(state.nextEpoch("otlp", 10)).as("the clock was put back").isEqualTo(1002);
      assertThat(state.nextEpoch("otlp", 2000)).isEqualTo(2000);
    }
  }

  /** The same epoch is the same origins: Elasticsearch would take new records for old ones. */
  @Test
  void repeatsNoEpochThoughTheirFileIsGoneOrDamaged() throws Exception {
    Path file = temporary.resolve("epochs.storage");
    for (int i = 0; i < 3; i++) {
      try (StateDirectory state = StateDirectory.open(temporary)) {
        assertThat(state.nextEpoch("otlp", 1000)).isEqualTo(1000 + i);
      }
    }
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    try (StateDirectory state = StateDirectory.open(temporary)) {
      assertThat(state.damagedBytes()).isPositive();
      assertThat(state.nextEpoch("otlp", 2000)).isEqualTo(2000);
    }
    Files.delete(file);
    try (StateDirectory state = StateDirectory.open(temporary)) {
      assertThat(state.lostFiles()).isEqualTo(1);
      assertThat(state.nextEpoch("otlp", 3000)).isEqualTo(3000);
    }
  }

  @Test
  void saysWhichFilesAreGone() throws Exception {
    try (StateDirectory state = StateDirectory.open(temporary)) {
      state.storage("receiver-filelog").put(Map.of("k", new byte[] {1}));
      assertThat(state.lostFiles()).isZero();
    }
    try (StateDirectory state = StateDirectory.open(temporary)) {
      state.storage("receiver-filelog");
      state.storage("receiver-filelog/new");
      assertThat(state.lostFiles()).isZero();
    }
    Files.delete(temporary.resolve("storage/receiver-filelog.storage"));
    Files.delete(temporary.resolve("agent-id"));
    try (StateDirectory state = StateDirectory.open(temporary)) {
      assertThat(state.lostFiles()).isEqualTo(1);
      assertThat(state.storage("receiver-filelog").entries()).isEmpty();
      state.storage("receiver-filelog/new");
      assertThat(state.lostFiles()).isEqualTo(2);
      assertThat(state.damagedBytes()).isZero();
    }
  }

  @Test
  void tellsItsOwnerOfOthersThatWantIt() throws Exception {
    try (StateDirectory state = StateDirectory.open(temporary)) {
      assertThat(state.rivals()).isZero();
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> StateDirectory.open(temporary)).isInstanceOf(StateException.class);
      }
      assertThat(state.rivals()).isEqualTo(2);
    }
    try (StateDirectory state = StateDirectory.open(temporary)) {
      assertThat(state.rivals()).isZero();
    }
  }

  @Test
  void keepsComponentsApart() throws Exception {
    try (StateDirectory state = StateDirectory.open(temporary)) {
      state.storage("receiver-filelog").put(Map.of("k", new byte[] {1}));
      state.storage("receiver-filelog/a").put(Map.of("k", new byte[] {2}));
      assertThat(state.storage("receiver-filelog").get("k")).containsExactly(1);
      assertThat(state.storage("receiver-filelog/a").get("k")).containsExactly(2);
      assertThat(state.componentDirectory("receiver-x/../../y"))
          .isDirectory()
          .hasParentRaw(temporary.resolve("components"));
    }
  }

  @Test
  void leavesNothingBehindWhenEphemeral() throws Exception {
    StateDirectory state = StateDirectory.openEphemeral();
    state.storage("receiver-filelog").put(Map.of("k", new byte[] {1}));
    Path root = state.root();
    assertThat(root).isDirectory();
    state.close();
    assertThat(root).doesNotExist();
  }

  @Test
  void refusesAnIdThatSomebodyBroke() throws Exception {
    Files.writeString(temporary.resolve("agent-id"), "hello\n");
    assertThatThrownBy(() -> StateDirectory.open(temporary))
        .isInstanceOf(StateException.class)
        .hasMessageContaining("\"hello\" (expected: 22 characters of base64url");
  }

  @Test
  void standsWhereUsersLookForIt() {
    assertThat(StateDirectory.standardPath("root", "/x", "/root"))
        .isEqualTo(Path.of("/var/lib/millrace"));
    assertThat(StateDirectory.standardPath("ann", "/state", "/home/ann"))
        .isEqualTo(Path.of("/state/millrace"));
    assertThat(StateDirectory.standardPath("ann", null, "/home/ann"))
        .isEqualTo(Path.of("/home/ann/.local/state/millrace"));
    assertThat(StateDirectory.standardPath("ann", "relative", "/home/ann"))
        .isEqualTo(Path.of("/home/ann/.local/state/millrace"));
  }

  @Test
  void cutsALineThatACrashLeftUnfinished() throws Exception {
    Path file = temporary.resolve("lines");
    Files.writeString(file, "{\"a\":1}\n{\"b\":");
    try (LineFile lines = LineFile.open(file)) {
      lines.append("{\"c\":3}\n".getBytes(StandardCharsets.UTF_8), true);
    }
    assertThat(file).hasContent("{\"a\":1}\n{\"c\":3}\n");
  }
}
