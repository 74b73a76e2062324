package io.millrace.benchmarks.load.subject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubjectTest {
  private static final List<Path> FILES = List.of(Path.of("/a.yaml"));

  @Test
  void putsTheConfigurationWhereTheCommandSays() {
    Subject peer = Subject.peer("other=run -c {config} now");

    assertThat(peer.name()).isEqualTo("other");
    assertThat(peer.commandLine(FILES)).containsExactly("run", "-c", "/a.yaml", "now");
    assertThat(peer.commandLine(List.of(Path.of("/a.yaml"), Path.of("/b.yaml"))))
        .containsExactly("run", "-c", "/a.yaml", "now", "--config", "/b.yaml");
  }

  @Test
  void putsTheConfigurationBehindACommandThatDoesNotSay() {
    Subject peer = Subject.peer("otelcol=/bin/otelcol");

    assertThat(peer.commandLine(FILES)).containsExactly("/bin/otelcol", "--config", "/a.yaml");
  }

  @Test
  void refusesACommandWithoutAName() {
    assertThatThrownBy(() -> Subject.peer("/bin/otelcol"))
        .hasMessage("\"/bin/otelcol\" (expected: NAME=COMMAND, such as otelcol=/usr/bin/otelcol)");
  }
}
