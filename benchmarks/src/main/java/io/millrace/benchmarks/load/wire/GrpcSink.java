package io.millrace.benchmarks.load.wire;

import io.millrace.benchmarks.load.records.Tally;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * A connection of an OTLP server over gRPC that takes everything and counts it before it answers.
 * One thread at a time: the loop's.
 */
public final class GrpcSink implements Loop.Handler {
  private static final int WINDOW = 16 << 20;
  private static final int PREFIX_BYTES = 5;
  private static final int MAX_MESSAGE_BYTES = 64 << 20;
  private static final int OUT_BYTES = 256 << 10;
  private static final byte[] HEADERS =
      new Http2.Fields().indexed(Http2.STATUS_200).named(31, "application/grpc").toBytes();
  private static final byte[] TRAILERS = new Http2.Fields().literal("grpc-status", "0").toBytes();

  private final SocketChannel channel;
  private final Tally tally;
  private final Frames frames;
  private final SelectionKey key;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
  private final ByteBuffer out = ByteBuffer.allocateDirect(OUT_BYTES);
  private final Map<Integer, Message> messages = new HashMap<>();
  private final Deque<Message> spare = new ArrayDeque<>();
  private int consumed;

  private GrpcSink(Loop loop, SocketChannel channel, Tally tally) throws IOException {
    this.channel = channel;
    this.tally = tally;
    this.frames = new Frames(channel, true);
    this.key = loop.register(channel, SelectionKey.OP_READ, this);
  }

  /** Takes connections. */
  public static Loop.Acceptor into(Tally tally) {
    return (loop, channel) -> new GrpcSink(loop, channel, tally).greet();
  }

  @Override
  public void ready(SelectionKey readyKey) throws IOException {
    if (readyKey.isReadable()) {
      try {
        frames.read(this::frame);
      } catch (EOFException e) {
        // The agent stops.
        channel.close();
        return;
      }
    }
    flush();
  }

  private void greet() throws IOException {
    Http2.putHeader(out, 6, Http2.SETTINGS, 0, 0);
    Http2.putSetting(out, Http2.INITIAL_WINDOW_SIZE, WINDOW);
    Http2.putWindowUpdate(out, 0, WINDOW - Http2.FIRST_WINDOW);
    flush();
  }

  private void frame(int type, int flags, int stream, ByteBuffer payload) throws IOException {
    switch (type) {
      case Http2.HEADERS -> {
        Http2Headers headers = Http2.headers(decoder, payload, flags, stream);
        CharSequence path = headers.path();
        if (path == null || !path.toString().endsWith("LogsService/Export")) {
          throw new IOException("a call of " + path + " (expected: logs)");
        }
        messages.put(stream, spare.isEmpty() ? new Message() : spare.remove());
      }
      case Http2.DATA -> data(flags, stream, payload);
      case Http2.SETTINGS -> {
        if ((flags & Http2.ACK) == 0) {
          Http2.putHeader(out, 0, Http2.SETTINGS, Http2.ACK, 0);
        }
      }
      case Http2.PING -> {
        if ((flags & Http2.ACK) == 0) {
          Http2.putHeader(out, 8, Http2.PING, Http2.ACK, 0);
          out.put(payload);
        }
      }
      case Http2.RST_STREAM -> messages.remove(stream);
      case Http2.CONTINUATION -> throw new IOException("headers in more than one frame");
      default -> {
        // Nothing that changes what a server of this kind does.
      }
    }
  }

  private void data(int flags, int stream, ByteBuffer payload) throws IOException {
    Message message = messages.get(stream);
    if (message == null) {
      throw new IOException("data on a stream that is not open");
    }
    consumed += payload.remaining();
    if (consumed > WINDOW / 2) {
      Http2.putWindowUpdate(out, 0, consumed);
      consumed = 0;
    }
    message.unannounced += payload.remaining();
    if (message.unannounced > WINDOW / 2 && (flags & Http2.END_STREAM) == 0) {
      Http2.putWindowUpdate(out, stream, message.unannounced);
      message.unannounced = 0;
    }
    if ((flags & Http2.PADDED) != 0) {
      int padding = payload.get() & 0xff;
      payload.limit(payload.limit() - padding);
    }
    message.add(payload);
    if ((flags & Http2.END_STREAM) != 0) {
      messages.remove(stream);
      take(message);
      spare.add(message);
      answer(stream);
    }
  }

  private void take(Message message) throws IOException {
    if (message.size < PREFIX_BYTES || message.bytes[0] != 0) {
      throw new IOException("a compressed or absent message (expected: compression none)");
    }
    tally.add(message.bytes, PREFIX_BYTES, message.size);
    message.size = 0;
    message.unannounced = 0;
  }

  private void answer(int stream) throws IOException {
    int bytes = 3 * Http2.HEADER_BYTES + HEADERS.length + PREFIX_BYTES + TRAILERS.length;
    if (out.remaining() < bytes + 64) {
      flush();
      if (out.remaining() < bytes + 64) {
        throw new IOException("the agent does not read its answers");
      }
    }
    Http2.putHeader(out, HEADERS.length, Http2.HEADERS, Http2.END_HEADERS, stream);
    out.put(HEADERS);
    Http2.putHeader(out, PREFIX_BYTES, Http2.DATA, 0, stream);
    out.put((byte) 0).putInt(0);
    int flags = Http2.END_HEADERS | Http2.END_STREAM;
    Http2.putHeader(out, TRAILERS.length, Http2.HEADERS, flags, stream);
    out.put(TRAILERS);
  }

  private void flush() throws IOException {
    if (out.position() > 0) {
      out.flip();
      channel.write(out);
      out.compact();
    }
    int operations = SelectionKey.OP_READ | (out.position() == 0 ? 0 : SelectionKey.OP_WRITE);
    if (key.interestOps() != operations) {
      key.interestOps(operations);
    }
  }

  /** What has come of a message so far, with its prefix. */
  private static final class Message {
    byte[] bytes = new byte[256 << 10];
    int size;
    int unannounced;

    void add(ByteBuffer payload) throws IOException {
      int more = payload.remaining();
      if (size + more > bytes.length) {
        if (size + more > MAX_MESSAGE_BYTES) {
          throw new IOException("a message above 64 MiB");
        }
        bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
      }
      payload.get(bytes, size, more);
      size += more;
    }
  }
}
