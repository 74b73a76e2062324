package io.millrace.toolkit.grpc;

import io.grpc.Codec;
import io.grpc.CompressorRegistry;
import io.grpc.DecompressorRegistry;
import io.millrace.toolkit.compression.Compression;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The compressions of gRPC messages: gzip and zstd. Immutable and thread-safe. */
final class GrpcCompression {
  private static final Codec ZSTD = new ToolkitCodec(Compression.ZSTD);
  private static final Codec GZIP = new ToolkitCodec(Compression.GZIP);

  static final DecompressorRegistry DECOMPRESSORS =
      DecompressorRegistry.emptyInstance()
          .with(Codec.Identity.NONE, false)
          .with(GZIP, true)
          .with(ZSTD, true);

  private GrpcCompression() {}

  /** A registry of all compressions; gRPC's are mutable, so that each channel has its own. */
  static CompressorRegistry compressors() {
    CompressorRegistry registry = CompressorRegistry.newEmptyInstance();
    registry.register(Codec.Identity.NONE);
    registry.register(GZIP);
    registry.register(ZSTD);
    return registry;
  }

  private record ToolkitCodec(Compression compression) implements Codec {
    @Override
    public String getMessageEncoding() {
      return compression.headerValue();
    }

    @Override
    public OutputStream compress(OutputStream out) throws IOException {
      return compression.compressing(out, Compression.DEFAULT_LEVEL);
    }

    @Override
    public InputStream decompress(InputStream in) throws IOException {
      return compression.decompressing(in);
    }
  }
}
