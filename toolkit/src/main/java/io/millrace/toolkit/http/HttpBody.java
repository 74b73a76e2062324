package io.millrace.toolkit.http;

import io.millrace.api.telemetry.Batch;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** The content of a request, written as often as it is asked for. */
@FunctionalInterface
public interface HttpBody {

  /** Writes all of it. */
  void writeTo(OutputStream out) throws IOException;

  /**
   * The same in memory, where it is there already: read-only, in order; empty where it has yet to
   * be made.
   */
  default List<ByteBuffer> inMemory() {
    return List.of();
  }

  /** A content that is there as bytes, which must not change any more. */
  static HttpBody of(byte[] bytes) {
    return out -> out.write(bytes);
  }

  /** The encoded request of a batch. */
  static HttpBody of(Batch batch) {
    return new HttpBody() {
      @Override
      public void writeTo(OutputStream out) throws IOException {
        batch.writeTo(out);
      }

      @Override
      public List<ByteBuffer> inMemory() {
        return batch.byteBuffers();
      }
    };
  }
}
