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
      assertThat(state.nextEpoch("otlp")).isEqualTo(1);
      assertThat(state.nextEpoch("otlp")).isEqualTo(2);
      assertThat(state.nextEpoch("otlp/b")).isEqualTo(1);
    }
    try (StateDirectory state = StateDirectory.open(temporary)) {
      assertThat(state.nextEpoch("otlp")).isEqualTo(3);
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
