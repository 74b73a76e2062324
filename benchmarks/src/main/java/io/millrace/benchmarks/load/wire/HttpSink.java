package io.millrace.benchmarks.load.wire;

import io.millrace.benchmarks.load.records.Tally;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/**
 * A connection of a server over HTTP/1.1 that takes everything and counts it before it answers: of
 * OTLP, or of what Elasticsearch takes. One thread at a time: the loop's.
 */
public final class HttpSink implements Loop.Handler {
  private static final int OUT_BYTES = 64 << 10;
  private static final Kind OTLP = new Kind("POST /v1/logs ", answer("x-protobuf", ""));
  private static final Kind BULK =
      new Kind("POST /_bulk", answer("json", "{\"took\":1,\"errors\":false}"));

  private final SocketChannel channel;
  private final Kind kind;
  private final Tally tally;
  private final HttpMessages messages;
  private final SelectionKey key;
  private final ByteBuffer out = ByteBuffer.allocateDirect(OUT_BYTES);

  private record Kind(String begin, String answer) {}

  private HttpSink(Loop loop, SocketChannel channel, Kind kind, Tally tally) throws IOException {
    this.channel = channel;
    this.kind = kind;
    this.tally = tally;
    this.messages = new HttpMessages(channel);
    this.key = loop.register(channel, SelectionKey.OP_READ, this);
  }

  /** Takes connections and OTLP on them. */
  public static Loop.Acceptor into(Tally tally) {
    return (loop, channel) -> new HttpSink(loop, channel, OTLP, tally);
  }

  /** Takes connections and requests of {@code _bulk} on them, all of which succeed. */
  public static Loop.Acceptor bulkInto(Tally tally) {
    return (loop, channel) -> new HttpSink(loop, channel, BULK, tally);
  }

  @Override
  public void ready(SelectionKey readyKey) throws IOException {
    if (readyKey.isReadable()) {
      try {
        messages.read(this::take);
      } catch (EOFException e) {
        // The agent stops, or leaves an idle connection.
        channel.close();
        return;
      }
    }
    flush();
  }

  private void take(String head, byte[] bytes, int from, int to) throws IOException {
    if (kind.equals(BULK) && !head.startsWith(kind.begin)) {
      // Index templates are looked for, and made.
      out.put(answer("json", "{\"acknowledged\":true}").getBytes(StandardCharsets.US_ASCII));
      return;
    }
    if (!head.startsWith(kind.begin)) {
      throw new IOException("a request for " + head.lines().findFirst().orElse(""));
    }
    String encoding = HttpMessages.header(head, "content-encoding");
    if (encoding.equals("gzip")) {
      byte[] plain =
          new GZIPInputStream(new ByteArrayInputStream(bytes, from, to - from)).readAllBytes();
      tally.add(plain, 0, plain.length);
    } else if (encoding.isEmpty() || encoding.equals("identity")) {
      tally.add(bytes, from, to);
    } else {
      throw new IOException("a body in " + encoding + " (expected: gzip or none)");
    }
    if (HttpMessages.header(head, "expect").equals("100-continue")) {
      throw new IOException("a request that wants to be asked for its body");
    }
    out.put(kind.answer.getBytes(StandardCharsets.US_ASCII));
  }

  private static String answer(String type, String body) {
    return "HTTP/1.1 200 OK\r\nX-Elastic-Product: Elasticsearch\r\nContent-Type: application/"
        + type
        + "\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
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
}
