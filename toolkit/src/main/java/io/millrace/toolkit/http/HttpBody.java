package io.millrace.toolkit.http;

import java.io.IOException;
import java.io.OutputStream;

/** The content of a request, written as often as it is asked for. */
@FunctionalInterface
public interface HttpBody {

  /** Writes all of it. */
  void writeTo(OutputStream out) throws IOException;

  /** A content that is there as bytes, which must not change any more. */
  static HttpBody of(byte[] bytes) {
    return out -> out.write(bytes);
  }
}
