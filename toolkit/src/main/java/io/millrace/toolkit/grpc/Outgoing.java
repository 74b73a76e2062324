package io.millrace.toolkit.grpc;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A message to send, written straight into gRPC's buffers.
 *
 * @param sizeBytes its exact size
 * @param content writes exactly that many bytes
 */
public record Outgoing(int sizeBytes, Content content) {

  /** What writes a message. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** A message that is there as bytes. */
  public static Outgoing of(byte[] bytes) {
    return new Outgoing(bytes.length, out -> out.write(bytes));
  }

  /** Writes messages; reads none. */
  public static final MethodDescriptor.Marshaller<Outgoing> MARSHALLER =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(Outgoing value) {
          return new Drained(value);
        }

        @Override
        public Outgoing parse(InputStream stream) {
          throw new UnsupportedOperationException("messages of this type are only sent");
        }
      };

  /** gRPC drains it; reading is there for whoever does not know {@link Drainable}. */
  private static final class Drained extends InputStream implements Drainable, KnownLength {
    private final Outgoing message;
    private @Nullable InputStream bytes;
    private boolean drained;

    Drained(Outgoing message) {
      this.message = message;
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      if (bytes != null) {
        return (int) bytes.transferTo(target);
      }
      message.content.writeTo(target);
      drained = true;
      return message.sizeBytes;
    }

    @Override
    public int available() throws IOException {
      if (bytes != null) {
        return bytes.available();
      }
      return drained ? 0 : message.sizeBytes;
    }

    @Override
    public int read() throws IOException {
      return opened().read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      return opened().read(target, offset, length);
    }

    private InputStream opened() throws IOException {
      InputStream open = bytes;
      if (open == null) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(message.sizeBytes);
        if (!drained) {
          message.content.writeTo(out);
        }
        open = new ByteArrayInputStream(out.toByteArray());
        bytes = open;
      }
      return open;
    }
  }
}
