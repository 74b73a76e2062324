package io.millrace.benchmarks.load.wire;

import io.millrace.benchmarks.load.records.PreparedRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * Sends requests of logs over HTTP/1.1, one at a time on a connection that is kept. One thread at a
 * time: the loop's.
 */
public final class HttpSender implements Sender, Loop.Handler {
  private final SocketChannel channel;
  private final Answers answers;
  private final PreparedRequest prepared;
  private final HttpMessages messages;
  private final SelectionKey key;
  private final ByteBuffer buffer;
  private final int[] times;
  private boolean busy;
  private long request;

  private HttpSender(Loop loop, SocketChannel channel, Answers answers, PreparedRequest prepared)
      throws IOException {
    this.channel = channel;
    this.answers = answers;
    this.prepared = prepared;
    this.messages = new HttpMessages(channel);
    this.key = loop.register(channel, SelectionKey.OP_READ, this);
    byte[] head =
        ("POST /v1/logs HTTP/1.1\r\nHost: 127.0.0.1:"
                + channel.socket().getPort()
                + "\r\nContent-Type: application/x-protobuf\r\nContent-Length: "
                + prepared.size()
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    this.buffer = ByteBuffer.allocateDirect(head.length + prepared.size());
    buffer.put(head).put(prepared.bytes());
    buffer.order(ByteOrder.LITTLE_ENDIAN);
    this.times = prepared.times();
    for (int i = 0; i < times.length; i++) {
      times[i] += head.length;
    }
  }

  /** Connectors to a port. */
  public static Generator.Connector to(int port, PreparedRequest prepared) {
    return (loop, answers) -> new HttpSender(loop, Loop.connect(port), answers, prepared);
  }

  @Override
  public boolean hasRoom() {
    return !busy;
  }

  @Override
  public void send(long number) throws IOException {
    busy = true;
    request = number;
    long first = prepared.firstTime(number);
    for (int i = 0; i < times.length; i++) {
      buffer.putLong(times[i], first + i);
    }
    buffer.clear();
    flush();
  }

  @Override
  public void ready(SelectionKey readyKey) throws IOException {
    if (readyKey.isReadable()) {
      messages.read(this::answered);
    }
    if (busy) {
      flush();
    }
  }

  private void answered(String head, byte[] bytes, int from, int to) throws IOException {
    if (!busy || buffer.hasRemaining()) {
      throw new IOException("an answer before the end of the request: " + head);
    }
    busy = false;
    if (!head.startsWith("HTTP/1.1 200")) {
      answers.refused(request, head.lines().findFirst().orElse(""));
    } else if (!Answers.isWhole(bytes, from, to)) {
      answers.refused(request, "a partial success");
    } else {
      answers.taken(request);
    }
  }

  private void flush() throws IOException {
    channel.write(buffer);
    int operations = SelectionKey.OP_READ | (buffer.hasRemaining() ? SelectionKey.OP_WRITE : 0);
    if (key.interestOps() != operations) {
      key.interestOps(operations);
    }
  }
}
