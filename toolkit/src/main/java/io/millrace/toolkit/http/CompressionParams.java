package io.millrace.toolkit.http;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Range;

/** The {@code compression_params} block. Immutable. */
@Doc("How hard to compress.")
public record CompressionParams(
    @Doc("Effort: 1 (fast) to 9 for gzip, zlib and deflate, to 22 for zstd; -1 for the default.")
        @Default("-1")
        @Range(min = "-1", max = "22")
        int level) {

  public static CompressionParams standard() {
    return new CompressionParams(-1);
  }
}
