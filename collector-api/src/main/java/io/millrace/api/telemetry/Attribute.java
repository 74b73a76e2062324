package io.millrace.api.telemetry;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A key with its value. Immutable. */
public interface Attribute {

  /** The key; invalid UTF-8 reads as U+FFFD. */
  String key();

  /**
   * Writes the key as valid UTF-8 that decodes to {@link #key()}, with no {@code String} between.
   *
   * @param out as that of {@link Value#writeContentTo}
   * @throws IOException when {@code out} does
   */
  default void writeKeyTo(OutputStream out) throws IOException {
    out.write(key().getBytes(StandardCharsets.UTF_8));
  }

  /** The value; {@link Value#EMPTY} when there is none. */
  Value value();
}
