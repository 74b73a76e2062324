package io.millrace.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Runs the kept inputs of a target. */
final class Replay {
  private Replay() {}

  static void of(Target target) throws IOException {
    Path home = Path.of(System.getProperty("millrace.root", ".."));
    Map<String, byte[]> inputs = new Corpus(home, target).inputs();
    assertThat(inputs).hasSizeGreaterThan(100);
    inputs.forEach(
        (name, input) -> {
          try {
            target.run(input);
          } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(target.id() + ", " + name, e);
          }
        });
  }
}
