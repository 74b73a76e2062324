package io.millrace.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Runs the kept inputs of a target. */
final class Replay {
  private Replay() {}

  static void of(Target target) throws IOException {
    changed(target, (input, run) -> run.accept(input));
  }

  /** Runs what is made of each kept input. */
  static void changed(Target target, BiConsumer<byte[], Consumer<byte[]>> change)
      throws IOException {
    Path home = Path.of(System.getProperty("millrace.root", ".."));
    Map<String, byte[]> inputs = new Corpus(home, target).inputs();
    assertThat(inputs).hasSizeGreaterThan(100);
    inputs.forEach((name, input) -> change.accept(input, changed -> run(target, name, changed)));
  }

  private static void run(Target target, String name, byte[] input) {
    try {
      target.run(input);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          target.id() + ", " + name + ", run as " + HexFormat.of().formatHex(input), e);
    }
  }
}
