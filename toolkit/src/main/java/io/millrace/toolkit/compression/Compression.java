package io.millrace.toolkit.compression;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * A compression by the name that the Collector's {@code compression} keys and the headers {@code
 * Content-Encoding} and {@code grpc-encoding} use. Not all of them work here; see {@link
 * #supported}.
 */
public enum Compression {
  /** No compression; {@code identity} in headers. */
  NONE,
  GZIP,
  /** Zstandard (RFC 8878), windows of up to 8 MiB as the RFC advises. */
  ZSTD,
  /** RFC 1950. */
  ZLIB,
  /** What HTTP calls deflate: RFC 1950 again, though bare RFC 1951 streams are read as well. */
  DEFLATE,
  /** Known, not supported. */
  SNAPPY,
  /** Known, not supported. */
  LZ4;

  /** The level that stands for a codec's own default. */
  public static final int DEFAULT_LEVEL = -1;

  private static final int BUFFER_BYTES = 8 * 1024;
  private static final int MIN_UNFOLDED_BYTES = 1024;
  private static final int GUESSED_RATIO = 8;
  private static final int MAX_WINDOW_LOG = 23;
  private static final int DEFAULT_ZSTD_LEVEL = 3;

  /** The compression of a header's value; empty when it is none that is known. */
  public static Optional<Compression> ofHeader(String value) {
    String name = value.trim().toLowerCase(Locale.ROOT);
    if (name.isEmpty() || name.equals("identity")) {
      return Optional.of(NONE);
    }
    if (name.equals("x-gzip")) {
      return Optional.of(GZIP);
    }
    return Arrays.stream(values()).filter(c -> c.headerValue().equals(name)).findFirst();
  }

  /** The value in headers: {@code gzip}, {@code identity}. */
  public String headerValue() {
    return this == NONE ? "identity" : name().toLowerCase(Locale.ROOT);
  }

  /** Whether {@link #compressing} and {@link #decompressing} work. */
  public boolean supported() {
    return this != SNAPPY && this != LZ4;
  }

  /** The highest level that {@link #compressing} takes; the lowest is 0, save for zstd's 1. */
  public int maxLevel() {
    return this == ZSTD ? 22 : 9;
  }

  /**
   * A stream that compresses what is written to it. Closing it finishes the data and closes {@code
   * out}.
   *
   * @param level effort up to {@link #maxLevel}, or {@link #DEFAULT_LEVEL}
   */
  public OutputStream compressing(OutputStream out, int level) throws IOException {
    return switch (this) {
      case NONE -> out;
      case GZIP -> new LevelledGzip(out, level);
      case ZLIB, DEFLATE ->
          new DeflaterOutputStream(out, new Deflater(level)) {
            @Override
            public void close() throws IOException {
              super.close();
              def.end();
            }
          };
      case ZSTD ->
          new ZstdOutputStreamNoFinalizer(
              out, level == DEFAULT_LEVEL ? DEFAULT_ZSTD_LEVEL : Math.max(1, level));
      case SNAPPY, LZ4 -> throw new IllegalStateException(this + " is not supported");
    };
  }

  /**
   * A stream of what {@code in} unfolds to. It throws {@link IOException} on damaged data and must
   * be closed, since native memory hangs on it.
   */
  public InputStream decompressing(InputStream in) throws IOException {
    return switch (this) {
      case NONE -> in;
      case GZIP -> new GZIPInputStream(in, BUFFER_BYTES);
      case ZLIB -> new Inflating(in, false);
      case DEFLATE -> deflated(in);
      case ZSTD -> new ZstdInputStreamNoFinalizer(in).setLongMax(MAX_WINDOW_LOG);
      case SNAPPY, LZ4 -> throw new IllegalStateException(this + " is not supported");
    };
  }

  /**
   * What a body unfolds to. Memory and work are bounded by {@code maxBytes}, whatever the body
   * claims.
   *
   * @throws SizeLimitException when it is more than {@code maxBytes}
   * @throws IOException when the data are damaged or cut short
   */
  public byte[] decompress(byte[] data, int maxBytes) throws IOException {
    return decompress(data, maxBytes, more -> true);
  }

  /**
   * What a body unfolds to, asking before memory is taken.
   *
   * @param room says whether so many more bytes may be taken
   * @throws NoRoomException when {@code room} says no
   * @throws SizeLimitException when it is more than {@code maxBytes}
   * @throws IOException when the data are damaged or cut short
   */
  public byte[] decompress(byte[] data, int maxBytes, LongPredicate room) throws IOException {
    if (this == NONE) {
      if (data.length > maxBytes) {
        throw new SizeLimitException(maxBytes);
      }
      return data;
    }
    if (data.length == 0) {
      throw new EOFException("no compressed data");
    }
    try (InputStream in = decompressing(new ByteArrayInputStream(data))) {
      int capacity = firstGuess(data.length, maxBytes);
      byte[] bytes = allocated(new byte[0], capacity, room);
      int length = 0;
      while (true) {
        if (length < bytes.length) {
          int read = in.read(bytes, length, bytes.length - length);
          if (read < 0) {
            return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
          }
          length += read;
          continue;
        }
        int next = in.read();
        if (next < 0) {
          return bytes;
        }
        if (length >= maxBytes) {
          throw new SizeLimitException(maxBytes);
        }
        bytes = allocated(bytes, (int) Math.min(maxBytes, 2L * length), room);
        bytes[length++] = (byte) next;
      }
    }
  }

  /** There is no memory for what a body unfolds to now; it may be sent again later. */
  public static final class NoRoomException extends IOException {
    private static final long serialVersionUID = 1L;

    NoRoomException() {
      super("no room for the decompressed data");
    }
  }

  private static int firstGuess(int compressedBytes, int maxBytes) {
    long guess = Math.max(MIN_UNFOLDED_BYTES, GUESSED_RATIO * (long) compressedBytes);
    return (int) Math.min(maxBytes, guess);
  }

  private static byte[] allocated(byte[] bytes, int capacity, LongPredicate room)
      throws NoRoomException {
    if (!room.test(capacity - bytes.length)) {
      throw new NoRoomException();
    }
    return Arrays.copyOf(bytes, capacity);
  }

  private static InputStream deflated(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, BUFFER_BYTES);
    buffered.mark(2);
    int first = buffered.read();
    int second = buffered.read();
    buffered.reset();
    boolean wrapped = (first & 0x0f) == 8 && ((first << 8) | second) % 31 == 0;
    return new Inflating(buffered, !wrapped);
  }

  private static final class LevelledGzip extends GZIPOutputStream {
    LevelledGzip(OutputStream out, int level) throws IOException {
      super(out, BUFFER_BYTES);
      def.setLevel(level);
    }
  }

  private static final class Inflating extends InflaterInputStream {
    Inflating(InputStream in, boolean bare) {
      super(in, new Inflater(bare), BUFFER_BYTES);
    }

    @Override
    public void close() throws IOException {
      super.close();
      inf.end();
    }
  }
}
