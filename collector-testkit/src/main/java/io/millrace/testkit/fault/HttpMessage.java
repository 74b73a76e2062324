package io.millrace.testkit.fault;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The start line and headers of an HTTP/1.1 message, and how its body ends (RFC 9112, sections 2
 * and 6). Immutable.
 */
final class HttpMessage {
  private static final int MAX_HEAD_BYTES = 1 << 18;

  private final byte[] bytes;
  private final String startLine;
  private final Map<String, String> headers;

  private HttpMessage(byte[] bytes, String startLine, Map<String, String> headers) {
    this.bytes = bytes;
    this.startLine = startLine;
    this.headers = headers;
  }

  /** Reads a head; null when the connection ends before its first byte. */
  static @Nullable HttpMessage read(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    String startLine = readLine(in, head);
    if (startLine == null) {
      return null;
    }
    Map<String, String> headers = new LinkedHashMap<>();
    while (true) {
      String line = readLine(in, head);
      if (line == null) {
        throw new EOFException("in the head of an HTTP message");
      }
      if (line.isEmpty()) {
        return new HttpMessage(head.toByteArray(), startLine, headers);
      }
      int colon = line.indexOf(':');
      if (colon > 0) {
        String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
        headers.put(name, line.substring(colon + 1).strip());
      }
    }
  }

  byte[] bytes() {
    return bytes;
  }

  Map<String, String> headers() {
    return headers;
  }

  /** A part of the start line: method and path of a request, the status of an answer. */
  String part(int index) {
    String[] parts = startLine.split(" ", 3);
    return index < parts.length ? parts[index] : "";
  }

  boolean has(String header, String value) {
    return headers.getOrDefault(header, "").toLowerCase(Locale.ROOT).contains(value);
  }

  /** Copies the body of a request. */
  void copyRequestBody(InputStream in, OutputStream out) throws IOException {
    if (has("transfer-encoding", "chunked")) {
      copyChunks(in, out);
    } else {
      copy(in, out, Long.parseLong(headers.getOrDefault("content-length", "0")));
    }
  }

  /**
   * Copies the body of an answer.
   *
   * @return whether another answer may follow on the connection
   */
  boolean copyAnswerBody(String method, InputStream in, OutputStream out) throws IOException {
    int status = Integer.parseInt(part(1));
    boolean goesOn = !has("connection", "close");
    if (method.equals("HEAD") || status < 200 || status == 204 || status == 304) {
      return goesOn;
    }
    if (has("transfer-encoding", "chunked")) {
      copyChunks(in, out);
      return goesOn;
    }
    String length = headers.get("content-length");
    if (length == null) {
      in.transferTo(out);
      return false;
    }
    copy(in, out, Long.parseLong(length));
    return goesOn;
  }

  private static void copyChunks(InputStream in, OutputStream out) throws IOException {
    while (true) {
      ByteArrayOutputStream raw = new ByteArrayOutputStream();
      String line = readLine(in, raw);
      if (line == null) {
        throw new EOFException("between chunks");
      }
      out.write(raw.toByteArray());
      String size = line.split(";", 2)[0].strip();
      if (size.equals("0")) {
        break;
      }
      int lineEnd = 2;
      copy(in, out, Long.parseLong(size, 16) + lineEnd);
    }
    while (true) {
      ByteArrayOutputStream raw = new ByteArrayOutputStream();
      String trailer = readLine(in, raw);
      out.write(raw.toByteArray());
      if (trailer == null || trailer.isEmpty()) {
        return;
      }
    }
  }

  private static void copy(InputStream in, OutputStream out, long length) throws IOException {
    byte[] buffer = new byte[16_384];
    long left = length;
    while (left > 0) {
      int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        throw new EOFException("in the body of an HTTP message");
      }
      out.write(buffer, 0, read);
      left -= read;
    }
  }

  private static @Nullable String readLine(InputStream in, ByteArrayOutputStream raw)
      throws IOException {
    int start = raw.size();
    for (int b = in.read(); b >= 0; b = in.read()) {
      raw.write(b);
      if (b == '\n') {
        String line = raw.toString(StandardCharsets.ISO_8859_1).substring(start);
        return line.stripTrailing();
      }
      if (raw.size() > MAX_HEAD_BYTES) {
        throw new IOException("HTTP head above " + MAX_HEAD_BYTES + " bytes");
      }
    }
    return null;
  }
}
