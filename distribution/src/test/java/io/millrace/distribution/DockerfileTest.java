package io.millrace.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  void copiesWhatTheBuildLaysOut() throws IOException {
    Matcher copy = Pattern.compile("(?m)^COPY (\\S+) /opt/millrace$").matcher(text);
    assertThat(copy.find()).isTrue();
    assertThat(copy.group(1)).isEqualTo("target/millrace");
    String pom = Files.readString(Compose.ROOT.resolve("distribution/pom.xml"));
    assertThat(pom)
        .contains("${project.build.directory}/millrace/bin")
        .contains("${project.build.directory}/millrace/lib");
    Path ignored = Compose.ROOT.resolve(DOCKERFILE + ".dockerignore");
    assertThat(Files.readAllLines(ignored)).contains("*", "!target/millrace");
  }

  @Test
  void isBuiltOnAJdkThatTheLauncherTakes() {
    assertThat(text).containsPattern("(?m)^FROM eclipse-temurin:(2[5-9]|[3-9]\\d)-jdk$");
  }
}
