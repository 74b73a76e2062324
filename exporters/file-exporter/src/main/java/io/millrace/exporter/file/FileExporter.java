package io.millrace.exporter.file;

import com.github.luben.zstd.Zstd;
import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Exporter;
import io.millrace.api.component.StartException;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.exporter.file.FileExporterConfig.Format;
import io.millrace.toolkit.otlpjson.OtlpJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Writes each batch to a file before it says that the batch has been accepted. What is accepted
 * survives the death of the process; after a power failure the end of the file may be missing.
 * Thread-safe.
 */
final class FileExporter implements Exporter {
  private final FileExporterConfig config;
  private final ComponentContext context;
  private @Nullable RotatingFile file;

  FileExporter(ComponentContext context, FileExporterConfig config) {
    this.context = context;
    this.config = config;
  }

  @Override
  public synchronized void start() throws StartException {
    try {
      Path parent = config.path().toAbsolutePath().getParent();
      if (config.createDirectory() && parent != null) {
        Files.createDirectories(parent);
      }
      file = RotatingFile.open(config, context.clock());
    } catch (IOException e) {
      throw new StartException(config.path() + ": cannot be written: " + e, e);
    }
  }

  @Override
  public synchronized void stop() {
    if (file != null) {
      file.close();
      file = null;
    }
  }

  @Override
  public ExportOutcome export(Batch batch, RequestContext request) {
    if (batch.isEmpty()) {
      return ExportOutcome.ACCEPTED;
    }
    try {
      Entry entry = entry(batch);
      synchronized (this) {
        if (file == null) {
          return new ExportOutcome.Retry(config.path() + ": not open", null);
        }
        file.append(entry);
      }
      return ExportOutcome.ACCEPTED;
    } catch (IOException e) {
      return new ExportOutcome.Retry(config.path() + ": " + e.getMessage(), null);
    }
  }

  /** A line or a frame; only what is compressed is in memory as a whole. */
  private Entry entry(Batch batch) throws IOException {
    Entry message =
        config.format() == Format.JSON ? out -> OtlpJson.write(batch, out) : batch::writeTo;
    if (!config.compression().isEmpty()) {
      ByteArrayOutputStream plain = new ByteArrayOutputStream(batch.sizeBytes());
      message.writeTo(plain);
      byte[] compressed = Zstd.compress(plain.toByteArray());
      message = out -> out.write(compressed);
    }
    Entry whole = message;
    if (config.framed()) {
      int size = Math.toIntExact(whole.sizeBytes());
      return out -> {
        out.write(ByteBuffer.allocate(Integer.BYTES).putInt(size).array());
        whole.writeTo(out);
      };
    }
    return out -> {
      whole.writeTo(out);
      out.write('\n');
    };
  }
}
