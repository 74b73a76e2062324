package io.millrace.toolkit.grpc;

import io.grpc.HasByteBuffer;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A message that came in, or why it could not be read. gRPC turns an exception while reading into
 * an answer that no client understands, so that damage is a value here.
 *
 * @param array ends with the message, and belongs to whoever gets it
 * @param offset where the message begins
 * @param failure null when it could be read
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Incoming(byte[] array, int offset, @Nullable Status failure) {

  /** Reads messages on servers. */
  public static final MethodDescriptor.Marshaller<Incoming> MARSHALLER =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(Incoming value) {
          return new ByteArrayInputStream(value.array, value.offset, value.size());
        }

        @Override
        public Incoming parse(InputStream stream) {
          return read(stream);
        }
      };

  /** Size of the message; 0 when it could not be read. */
  public int size() {
    return array.length - offset;
  }

  /** The message in an array of its own size. */
  public byte[] bytes() {
    return offset == 0 ? array : Arrays.copyOfRange(array, offset, array.length);
  }

  private static Incoming read(InputStream stream) {
    try {
      if (stream instanceof KnownLength) {
        int size = stream.available();
        byte[] assembled = assembled(stream, size);
        if (assembled != null) {
          return new Incoming(assembled, Assembly.PREFIX_BYTES, null);
        }
        byte[] bytes = new byte[size];
        int read = stream.readNBytes(bytes, 0, size);
        return read == size ? new Incoming(bytes, 0, null) : damaged("message cut short");
      }
      return new Incoming(stream.readAllBytes(), 0, null);
    } catch (IOException e) {
      return damaged("message cannot be decompressed: " + e.getMessage());
    } catch (StatusRuntimeException e) {
      return failed(e.getStatus());
    }
  }

  /**
   * The array of an {@link Assembly} that is all the stream holds; null when it holds anything
   * else. No other array begins with gRPC's prefix and ends with the message: in the buffers that a
   * socket reads into, the head of the frame stands before, and they are larger.
   */
  private static byte @Nullable [] assembled(InputStream stream, int size) {
    if (!(stream instanceof HasByteBuffer buffers) || !buffers.byteBufferSupported()) {
      return null;
    }
    ByteBuffer part = buffers.getByteBuffer();
    if (part == null || !part.hasArray()) {
      return null;
    }
    byte[] array = part.array();
    boolean whole =
        part.arrayOffset() + part.position() == Assembly.PREFIX_BYTES
            && array.length == Assembly.PREFIX_BYTES + size;
    return whole ? array : null;
  }

  private static Incoming damaged(String why) {
    return failed(Status.INVALID_ARGUMENT.withDescription(why));
  }

  private static Incoming failed(Status why) {
    return new Incoming(new byte[0], 0, why);
  }
}
