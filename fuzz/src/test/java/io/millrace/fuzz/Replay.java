package io.millrace.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Runs the kept inputs of a target. */
final class Replay {
  private Replay() {}

  /** Runs each kept input; answers how many were run. */
  static int of(Target target) throws IOException {
    return changed(target, (input, run) -> run.accept(input));
  }

  /** Runs what is made of each kept input; answers how many were run. */
  static int changed(Target target, BiConsumer<byte[], Consumer<byte[]>> change)
      throws IOException {
    Path home = Path.of(System.getProperty("millrace.root", ".."));
    Map<String, byte[]> inputs = new Corpus(home, target).inputs();
    int[] runs = {0};
    inputs.forEach(
        (name, input) ->
            change.accept(
                input,
                changed -> {
                  run(target, name, changed);
                  runs[0]++;
                }));
    return runs[0];
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
