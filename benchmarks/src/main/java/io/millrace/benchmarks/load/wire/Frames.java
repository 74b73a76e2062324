package io.millrace.benchmarks.load.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Reads the frames of an HTTP/2 connection. One thread at a time. */
final class Frames {
  private static final int BUFFER_BYTES = 512 << 10;

  private final SocketChannel channel;
  private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private int prefaceLeft;

  /** Those of a channel; a client's begin with a preface, which is skipped. */
  Frames(SocketChannel channel, boolean ofClient) {
    this.channel = channel;
    this.prefaceLeft = ofClient ? Http2.PREFACE.length : 0;
  }

  /**
   * Reads what is there.
   *
   * @throws EOFException when the other side has closed the connection
   */
  void read(Receiver receiver) throws IOException {
    Loop.read(channel, in);
    in.flip();
    if (prefaceLeft > 0) {
      int skipped = Math.min(prefaceLeft, in.remaining());
      in.position(in.position() + skipped);
      prefaceLeft -= skipped;
    }
    while (in.remaining() >= Http2.HEADER_BYTES) {
      int start = in.position();
      int lengthAndType = in.getInt(start);
      int length = lengthAndType >>> 8;
      if (length > Http2.FRAME_BYTES) {
        throw new IOException("a frame of " + length + " bytes (expected: at most 16384)");
      }
      int end = start + Http2.HEADER_BYTES + length;
      if (end > in.limit()) {
        break;
      }
      int limit = in.limit();
      in.position(start + Http2.HEADER_BYTES).limit(end);
      receiver.frame(lengthAndType & 0xff, in.get(start + 4), in.getInt(start + 5), in);
      in.limit(limit).position(end);
    }
    in.compact();
  }

  /** Gets the frames. */
  @FunctionalInterface
  interface Receiver {
    /** A frame; its payload stands between position and limit, which may be moved. */
    void frame(int type, int flags, int stream, ByteBuffer payload) throws IOException;
  }
}
