package io.millrace.benchmarks.load.wire;

import io.millrace.benchmarks.load.records.PreparedRequest;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests of logs over gRPC, several at once on one connection. The frames of each stand
 * ready; frames are cut between records, so that a number is never cut. One thread at a time: the
 * loop's.
 */
public final class GrpcSender implements Sender, Loop.Handler {
  private static final int PREFIX_BYTES = 5;
  private static final int CONTROL_BYTES = 64 << 10;
  private static final int CANCEL = 8;

  private final SocketChannel channel;
  private final Answers answers;
  private final PreparedRequest prepared;
  private final Frames frames;
  private final SelectionKey key;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
  private final ByteBuffer control = ByteBuffer.allocateDirect(CONTROL_BYTES);
  private final Deque<Call> free = new ArrayDeque<>();
  private final Map<Integer, Call> open = new HashMap<>();

  /** Those that have frames left to send, in the order they came. */
  private final List<Call> waiting = new ArrayList<>();

  private @Nullable Call writing;
  private int nextStream = 1;
  private long window = Http2.FIRST_WINDOW;
  private int streamWindow = Http2.FIRST_WINDOW;

  private GrpcSender(
      Loop loop, SocketChannel channel, Answers answers, PreparedRequest prepared, int atOnce)
      throws IOException {
    this.channel = channel;
    this.answers = answers;
    this.prepared = prepared;
    this.frames = new Frames(channel, false);
    this.key = loop.register(channel, SelectionKey.OP_READ, this);
    String authority = "127.0.0.1:" + channel.socket().getPort();
    for (int i = 0; i < atOnce; i++) {
      free.add(new Call(prepared, authority));
    }
  }

  /** Connectors to a port, each connection with so many requests at once. */
  public static Generator.Connector to(int port, PreparedRequest prepared, int atOnce) {
    return (loop, answers) -> {
      GrpcSender sender = new GrpcSender(loop, Loop.connect(port), answers, prepared, atOnce);
      sender.greet();
      return sender;
    };
  }

  @Override
  public boolean hasRoom() {
    return !free.isEmpty();
  }

  @Override
  public void send(long request) throws IOException {
    Call call = free.remove();
    call.prepare(request, nextStream, prepared.firstTime(request), streamWindow);
    open.put(nextStream, call);
    nextStream += 2;
    waiting.add(call);
    flush();
  }

  @Override
  public void ready(SelectionKey readyKey) throws IOException {
    if (readyKey.isReadable()) {
      frames.read(this::frame);
    }
    flush();
  }

  private void greet() throws IOException {
    control.put(Http2.PREFACE);
    Http2.putHeader(control, 12, Http2.SETTINGS, 0, 0);
    Http2.putSetting(control, Http2.ENABLE_PUSH, 0);
    Http2.putSetting(control, Http2.INITIAL_WINDOW_SIZE, 1 << 20);
    // Enough for all answers there will ever be.
    Http2.putWindowUpdate(control, 0, Integer.MAX_VALUE - Http2.FIRST_WINDOW);
    flush();
  }

  private void frame(int type, int flags, int stream, ByteBuffer payload) throws IOException {
    switch (type) {
      case Http2.HEADERS -> {
        Http2Headers headers = Http2.headers(decoder, payload, flags, stream);
        if ((flags & Http2.END_STREAM) != 0) {
          ended(stream, headers);
        }
      }
      case Http2.DATA -> {
        Call call = open.get(stream);
        if (call != null) {
          byte[] piece = new byte[payload.remaining()];
          payload.get(piece);
          call.answer.writeBytes(piece);
        }
      }
      case Http2.SETTINGS -> settings(flags, payload);
      case Http2.WINDOW_UPDATE -> widen(stream, payload.getInt() & Integer.MAX_VALUE);
      case Http2.PING -> {
        if ((flags & Http2.ACK) == 0) {
          Http2.putHeader(control, 8, Http2.PING, Http2.ACK, 0);
          control.put(payload);
        }
      }
      case Http2.RST_STREAM -> fail(stream, "RST_STREAM with code " + payload.getInt());
      case Http2.GOAWAY -> throw new IOException("the agent says goodbye (GOAWAY)");
      case Http2.CONTINUATION -> throw new IOException("headers in more than one frame");
      default -> {
        // Unknown frames mean nothing.
      }
    }
  }

  private void ended(int stream, Http2Headers trailers) {
    CharSequence status = trailers.get("grpc-status");
    Call call = open.get(stream);
    if (status == null || !"0".contentEquals(status)) {
      fail(stream, "grpc-status " + status + ": " + trailers.get("grpc-message"));
    } else if (call != null && !call.answerIsWhole()) {
      fail(stream, "a partial success");
    } else if (call != null && call.buffer.hasRemaining()) {
      fail(stream, "an answer before the end of the request");
    } else if (call != null) {
      open.remove(stream);
      free.add(call);
      answers.taken(call.request);
    }
  }

  private void fail(int stream, String why) {
    Call call = open.remove(stream);
    if (call == null) {
      return;
    }
    if (waiting.remove(call)) {
      Http2.putHeader(control, 4, Http2.RST_STREAM, 0, stream);
      control.putInt(CANCEL);
    }
    answers.refused(call.request, why);
    if (writing != call) {
      free.add(call);
    }
  }

  private void settings(int flags, ByteBuffer payload) {
    if ((flags & Http2.ACK) != 0) {
      return;
    }
    while (payload.remaining() >= 6) {
      int setting = payload.getShort();
      int value = payload.getInt();
      if (setting == Http2.INITIAL_WINDOW_SIZE) {
        int change = value - streamWindow;
        streamWindow = value;
        open.values().forEach(call -> call.window += change);
      }
    }
    Http2.putHeader(control, 0, Http2.SETTINGS, Http2.ACK, 0);
  }

  private void widen(int stream, int bytes) {
    if (stream == 0) {
      window += bytes;
      return;
    }
    Call call = open.get(stream);
    if (call != null) {
      call.window += bytes;
    }
  }

  private void flush() throws IOException {
    boolean room = true;
    while (room && pickFrames()) {
      room = writeFrames();
    }
    if (room && writing == null) {
      room = writeControl();
    }
    int operations = SelectionKey.OP_READ | (room ? 0 : SelectionKey.OP_WRITE);
    if (key.interestOps() != operations) {
      key.interestOps(operations);
    }
  }

  /** Whether there are frames to write that the windows allow; control frames go before them. */
  private boolean pickFrames() throws IOException {
    if (writing != null) {
      return true;
    }
    if (!writeControl()) {
      return false;
    }
    for (Call call : waiting) {
      long used = call.allow(window);
      if (used >= 0) {
        window -= used;
        writing = call;
        return true;
      }
    }
    return false;
  }

  private boolean writeFrames() throws IOException {
    Call call = writing;
    if (call == null) {
      return true;
    }
    channel.write(call.buffer);
    if (call.buffer.hasRemaining()) {
      return false;
    }
    writing = null;
    call.buffer.limit(call.buffer.capacity());
    if (!call.buffer.hasRemaining()) {
      waiting.remove(call);
    } else if (!waiting.contains(call)) {
      // Refused meanwhile; only its frame had to be finished.
      free.add(call);
    }
    return true;
  }

  private boolean writeControl() throws IOException {
    if (control.position() == 0) {
      return true;
    }
    control.flip();
    channel.write(control);
    boolean all = !control.hasRemaining();
    control.compact();
    return all;
  }

  /** A request under way: its frames, ready to be sent. */
  private static final class Call {
    final ByteBuffer buffer;
    final int[] frameStarts;
    final int[] frameData;
    final int[] times;
    final ByteArrayOutputStream answer = new ByteArrayOutputStream();
    long request;
    int window;
    private int nextFrame;

    Call(PreparedRequest prepared, String authority) {
      byte[] message = prepared.bytes();
      int[] cuts = prepared.cuts(Http2.FRAME_BYTES - PREFIX_BYTES);
      byte[] headers = headers(authority);
      buffer =
          ByteBuffer.allocateDirect(
              (cuts.length + 1) * Http2.HEADER_BYTES
                  + headers.length
                  + PREFIX_BYTES
                  + message.length);
      frameStarts = new int[cuts.length + 2];
      frameData = new int[cuts.length + 1];
      Http2.putHeader(buffer, headers.length, Http2.HEADERS, Http2.END_HEADERS, 0);
      buffer.put(headers);
      times = prepared.times();
      int time = 0;
      int begin = 0;
      for (int i = 0; i < cuts.length; i++) {
        int prefix = i == 0 ? PREFIX_BYTES : 0;
        frameStarts[i + 1] = buffer.position();
        frameData[i + 1] = prefix + cuts[i] - begin;
        int flags = i == cuts.length - 1 ? Http2.END_STREAM : 0;
        Http2.putHeader(buffer, frameData[i + 1], Http2.DATA, flags, 0);
        if (prefix > 0) {
          buffer.put((byte) 0).putInt(message.length);
        }
        for (; time < times.length && times[time] < cuts[i]; time++) {
          times[time] += buffer.position() - begin;
        }
        buffer.put(message, begin, cuts[i] - begin);
        begin = cuts[i];
      }
      frameStarts[cuts.length + 1] = buffer.position();
    }

    /** Writes stream and numbers into the frames. */
    void prepare(long number, int stream, long firstTime, int streamWindow) {
      request = number;
      window = streamWindow;
      answer.reset();
      nextFrame = 0;
      buffer.clear();
      for (int i = 0; i < frameData.length; i++) {
        buffer.putInt(frameStarts[i] + 5, stream);
      }
      buffer.order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < times.length; i++) {
        buffer.putLong(times[i], firstTime + i);
      }
      buffer.order(ByteOrder.BIG_ENDIAN);
    }

    /**
     * Sets the buffer's limit to the end of the frames that both windows have room for.
     *
     * @return bytes of the connection's window that they take; -1 when there is no such frame
     */
    long allow(long connectionWindow) {
      long room = Math.min(window, connectionWindow);
      int used = 0;
      int frame = nextFrame;
      while (frame < frameData.length && used + frameData[frame] <= room) {
        used += frameData[frame++];
      }
      if (frame == nextFrame) {
        return -1;
      }
      nextFrame = frame;
      window -= used;
      buffer.limit(frameStarts[frame]);
      return used;
    }

    boolean answerIsWhole() {
      byte[] bytes = answer.toByteArray();
      return Answers.isWhole(bytes, Math.min(PREFIX_BYTES, bytes.length), bytes.length);
    }

    private static byte[] headers(String authority) {
      return new Http2.Fields()
          .indexed(Http2.METHOD_POST)
          .indexed(Http2.SCHEME_HTTP)
          .named(4, "/opentelemetry.proto.collector.logs.v1.LogsService/Export")
          .named(1, authority)
          .named(31, "application/grpc")
          .named(58, "millrace-benchmarks")
          .literal("te", "trailers")
          .literal("grpc-timeout", "10S")
          .toBytes();
    }
  }
}
