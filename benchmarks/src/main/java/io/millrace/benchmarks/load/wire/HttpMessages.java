package io.millrace.benchmarks.load.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Reads the messages of an HTTP/1.1 connection: a head, and a body whose length the head says or
 * that comes in chunks. One thread at a time.
 */
final class HttpMessages {
  private static final int IN_BYTES = 256 << 10;
  private static final int MAX_BYTES = 64 << 20;
  private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final SocketChannel channel;
  private final ByteBuffer in = ByteBuffer.allocateDirect(IN_BYTES);
  private byte[] bytes = new byte[512 << 10];
  private int size;

  HttpMessages(SocketChannel channel) {
    this.channel = channel;
  }

  /**
   * Reads what is there.
   *
   * @throws EOFException when the other side has closed the connection
   */
  void read(Receiver receiver) throws IOException {
    Loop.read(channel, in);
    in.flip();
    int more = in.remaining();
    if (size + more > bytes.length) {
      if (size + more > MAX_BYTES) {
        throw new IOException("a message above 64 MiB");
      }
      bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
    }
    in.get(bytes, size, more);
    in.clear();
    size += more;
    int taken = 0;
    for (int end = message(taken, receiver); end > 0; end = message(taken, receiver)) {
      taken = end;
    }
    if (taken > 0) {
      System.arraycopy(bytes, taken, bytes, 0, size - taken);
      size -= taken;
    }
  }

  /** Hands on the message that begins there; its end, or 0 when it is not whole yet. */
  private int message(int begin, Receiver receiver) throws IOException {
    int headEnd = find(HEAD_END, begin);
    if (headEnd < 0) {
      return 0;
    }
    int body = headEnd + HEAD_END.length;
    String head = new String(bytes, begin, headEnd - begin, StandardCharsets.ISO_8859_1);
    String length = header(head, "content-length");
    if (length.isEmpty() && header(head, "transfer-encoding").equals("chunked")) {
      return chunks(head, body, receiver);
    }
    int end = body + (length.isEmpty() ? 0 : Integer.parseInt(length));
    if (end > size) {
      return 0;
    }
    receiver.message(head, bytes, body, end);
    return end;
  }

  /** Moves the chunks together once all of them are there. */
  private int chunks(String head, int body, Receiver receiver) throws IOException {
    byte[] whole = new byte[size - body];
    int filled = 0;
    int position = body;
    while (true) {
      int lineEnd = find(HEAD_END, 2, position);
      if (lineEnd < 0) {
        return 0;
      }
      String line = new String(bytes, position, lineEnd - position, StandardCharsets.US_ASCII);
      int chunk = Integer.parseInt(line.strip(), 16);
      int end = lineEnd + 2 + chunk + 2;
      if (end > size) {
        return 0;
      }
      if (chunk == 0) {
        receiver.message(head, whole, 0, filled);
        return end;
      }
      System.arraycopy(bytes, lineEnd + 2, whole, filled, chunk);
      filled += chunk;
      position = end;
    }
  }

  private int find(byte[] wanted, int from) {
    return find(wanted, wanted.length, from);
  }

  private int find(byte[] wanted, int length, int from) {
    for (int i = from; i + length <= size; i++) {
      if (Arrays.equals(bytes, i, i + length, wanted, 0, length)) {
        return i;
      }
    }
    return -1;
  }

  /** The value of a header; empty when it is absent. */
  static String header(String head, String name) {
    for (String line : head.split("\r\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).toLowerCase(Locale.ROOT).equals(name)) {
        return line.substring(colon + 1).strip();
      }
    }
    return "";
  }

  /** Gets the messages. */
  @FunctionalInterface
  interface Receiver {
    /**
     * A message.
     *
     * @param head its first line and headers
     * @param bytes hold the body, until this returns
     */
    void message(String head, byte[] bytes, int from, int to) throws IOException;
  }
}
