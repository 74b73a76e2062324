package io.millrace.benchmarks.load.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What senders and sinks need of HTTP/2 (RFC 9113) and HPACK (RFC 7541). */
final class Http2 {
  static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  static final int HEADER_BYTES = 9;
  static final int FRAME_BYTES = 16_384;
  static final int FIRST_WINDOW = 65_535;

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;
  static final int PADDED = 8;
  static final int PRIORITY = 0x20;

  static final int ENABLE_PUSH = 2;
  static final int INITIAL_WINDOW_SIZE = 4;

  /** Indexes of HPACK's static table, as a header field of their own. */
  static final int METHOD_POST = 0x83;

  static final int SCHEME_HTTP = 0x86;
  static final int STATUS_200 = 0x88;

  private Http2() {}

  static void putHeader(ByteBuffer out, int length, int type, int flags, int stream) {
    out.put((byte) (length >>> 16));
    out.putShort((short) length);
    out.put((byte) type);
    out.put((byte) flags);
    out.putInt(stream);
  }

  static void putWindowUpdate(ByteBuffer out, int stream, int bytes) {
    putHeader(out, 4, WINDOW_UPDATE, 0, stream);
    out.putInt(bytes);
  }

  static void putSetting(ByteBuffer out, int setting, int value) {
    out.putShort((short) setting);
    out.putInt(value);
  }

  /** Reads the headers of a frame whose payload stands between position and limit. */
  static Http2Headers headers(
      DefaultHttp2HeadersDecoder decoder, ByteBuffer payload, int flags, int stream)
      throws IOException {
    if ((flags & END_HEADERS) == 0) {
      throw new IOException("headers in more than one frame (expected: what fits in one)");
    }
    int padding = (flags & PADDED) != 0 ? payload.get() & 0xff : 0;
    if ((flags & PRIORITY) != 0) {
      payload.position(payload.position() + 5);
    }
    payload.limit(payload.limit() - padding);
    ByteBuf block = Unpooled.wrappedBuffer(payload);
    try {
      return decoder.decodeHeaders(stream, block);
    } catch (Http2Exception e) {
      throw new IOException("unreadable headers", e);
    }
  }

  /** Writes header fields that no table needs to know. */
  static final class Fields {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** A whole field of the static table. */
    Fields indexed(int field) {
      bytes.write(field);
      return this;
    }

    /** A field whose name stands in the static table. */
    Fields named(int name, String value) {
      if (name < 15) {
        bytes.write(name);
      } else {
        bytes.write(0x0f);
        bytes.write(name - 15);
      }
      return text(value);
    }

    Fields literal(String name, String value) {
      bytes.write(0);
      return text(name).text(value);
    }

    byte[] toBytes() {
      return bytes.toByteArray();
    }

    private Fields text(String text) {
      if (text.length() >= 127) {
        throw new IllegalArgumentException("too long: " + text);
      }
      bytes.write(text.length());
      bytes.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
      return this;
    }
  }
}
