package io.millrace.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DockerfileTest {
  static final String DOCKERFILE = "distribution/src/main/docker/Dockerfile";

  private final String text = Files.readString(Compose.ROOT.resolve(DOCKERFILE));

  DockerfileTest() throws IOException {}

  @Test
  void runsTheLauncherAsAnUnprivilegedUser() {
    assertThat(text).contains("\nUSER millrace\n");
    assertThat(text).contains("\nENTRYPOINT [\"/opt/millrace/bin/millrace\"]\n");
    assertThat(Compose.ROOT.resolve("distribution/src/main/bin/millrace")).isExecutable();
  }

  @Test
  void unpacksTheTarballThatTheBuildMakes() throws IOException {
    assertThat(text)
        .contains("\nARG MILLRACE_VERSION=" + Compose.pomProperty("version") + "\n")
        .contains("\nADD target/millrace-${MILLRACE_VERSION}.tar.gz /opt/\n")
        .contains(" ln -s millrace-${MILLRACE_VERSION} /opt/millrace\n");
    assertThat(Files.readString(Compose.ROOT.resolve("distribution/pom.xml")))
        .contains("<finalName>millrace-${project.version}</finalName>");
    assertThat(Files.readString(Compose.ROOT.resolve("distribution/src/main/assembly/tarball.xml")))
        .contains("<baseDirectory>millrace-${project.version}</baseDirectory>");
    Path ignored = Compose.ROOT.resolve(DOCKERFILE + ".dockerignore");
    assertThat(Files.readAllLines(ignored)).contains("*", "!target/millrace-*.tar.gz");
  }

  @Test
  void isBuiltOnAJavaThatTheLauncherTakes() {
    assertThat(text).containsPattern("(?m)^FROM eclipse-temurin:(2[5-9]|[3-9]\\d)-jre$");
  }
}
