package io.millrace.flink.aggregate;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.encoding.ByteArrayInput;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import com.datadoghq.sketch.ddsketch.mapping.CubicallyInterpolatedMapping;
import com.datadoghq.sketch.ddsketch.store.CollapsingLowestDenseStore;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * DDSketches: quantiles within 1 % of the true value, and the same bytes' worth of answer in
 * whatever order parts were merged. Values below the largest 2,048 buckets (some 17 orders of
 * magnitude) are lumped together. Masson et al., "DDSketch", VLDB 2019.
 */
final class Quantiles {

  static final double RELATIVE_ACCURACY = 0.01;

  private static final int MAX_BINS = 2_048;

  private Quantiles() {}

  static DDSketch create() {
    return new DDSketch(
        new CubicallyInterpolatedMapping(RELATIVE_ACCURACY),
        () -> new CollapsingLowestDenseStore(MAX_BINS));
  }

  static byte[] encode(DDSketch sketch) {
    GrowingByteArrayOutput out = GrowingByteArrayOutput.withDefaultInitialCapacity();
    try {
      sketch.encode(out, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.trimmedCopy();
  }

  static DDSketch decode(byte[] bytes) {
    try {
      return DDSketch.decode(
          ByteArrayInput.wrap(bytes), () -> new CollapsingLowestDenseStore(MAX_BINS));
    } catch (IOException e) {
      throw new UncheckedIOException("Sketch in state cannot be read", e);
    }
  }

  /** Both together; an empty array is an empty sketch. */
  static byte[] merge(byte[] one, byte[] other) {
    if (one.length == 0) {
      return other;
    }
    if (other.length == 0) {
      return one;
    }
    DDSketch sketch = decode(one);
    sketch.mergeWith(decode(other));
    return encode(sketch);
  }
}
