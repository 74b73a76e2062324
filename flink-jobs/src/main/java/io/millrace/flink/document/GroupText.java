package io.millrace.flink.document;

import org.jspecify.annotations.Nullable;

/** A group's values as one text, different for different values: lengths before contents. */
public final class GroupText {

  private GroupText() {}

  /** Each value as {@code <length>:<value>}, an absent one as {@code -}. */
  public static String of(@Nullable String[] values) {
    StringBuilder text = new StringBuilder();
    for (String value : values) {
      if (value == null) {
        text.append('-');
      } else {
        text.append(value.length()).append(':').append(value);
      }
    }
    return text.toString();
  }
}
