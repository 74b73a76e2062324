package io.millrace.toolkit.grpc;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A message that came in, or why it could not be read. gRPC turns an exception while reading into
 * an answer that no client understands, so that damage is a value here.
 *
 * @param bytes the message; empty when it could not be read
 * @param failure null when it could be read
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Incoming(byte[] bytes, @Nullable Status failure) {

  /** Reads messages on servers. */
  public static final MethodDescriptor.Marshaller<Incoming> MARSHALLER =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(Incoming value) {
          return new ByteArrayInputStream(value.bytes);
        }

        @Override
        public Incoming parse(InputStream stream) {
          return read(stream);
        }
      };

  private static Incoming read(InputStream stream) {
    try {
      if (stream instanceof KnownLength) {
        byte[] bytes = new byte[stream.available()];
        int read = stream.readNBytes(bytes, 0, bytes.length);
        return read == bytes.length ? new Incoming(bytes, null) : damaged("message cut short");
      }
      return new Incoming(stream.readAllBytes(), null);
    } catch (IOException e) {
      return damaged("message cannot be decompressed: " + e.getMessage());
    } catch (StatusRuntimeException e) {
      return new Incoming(new byte[0], e.getStatus());
    }
  }

  private static Incoming damaged(String why) {
    return new Incoming(new byte[0], Status.INVALID_ARGUMENT.withDescription(why));
  }
}
