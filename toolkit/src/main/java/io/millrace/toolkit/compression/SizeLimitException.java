package io.millrace.toolkit.compression;

import java.io.IOException;

/** Data unfold to more than is allowed; the sender must send less at a time. */
public final class SizeLimitException extends IOException {
  private static final long serialVersionUID = 1L;

  public SizeLimitException(long maxBytes) {
    super("larger than " + maxBytes + " bytes after decompression");
  }
}
