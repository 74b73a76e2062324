package io.millrace.exporter.file;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.NotSupported;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Range;
import io.millrace.api.config.Required;
import io.millrace.api.config.Tuning;
import io.millrace.api.config.Validated;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Configuration of the {@code file} exporter; keys and defaults are the Collector's. */
public record FileExporterConfig(
    @Doc("The file to write.") @Required Path path,
    @Doc(
            "json: one OTLP/JSON object a line. proto: each request as protobuf after its length, 4"
                + " bytes big endian; the only format that takes profiles.")
        @Default("json")
        Format format,
    @Doc(
            "Whether to add to a file that exists. When false it is emptied at start, with what an"
                + " earlier run wrote.")
        @Default("false")
        boolean append,
    @Doc("Whether to make the folder of the file when it is absent.") @Default("false")
        boolean createDirectory,
    @Doc("Begins a new file when the present one is large; absent means never.")
        @Nullable RotationConfig rotation,
    @Doc(
            "zstd: each request is compressed by itself and written after its length, in either"
                + " format. Empty means none.")
        @Default("")
        String compression,
    @Doc("The Collector's time between two writes.")
        @Default("1s")
        @Tuning("every batch is written before it is acknowledged")
        Duration flushInterval,
    @Doc("An encoding extension.") @Default("") @NotSupported("use format json or proto")
        String encoding,
    @Doc("One file for each value of a resource attribute.")
        @Default("{}")
        @NotSupported("all telemetry goes to one file")
        Map<String, Object> groupBy)
    implements Validated {

  /** How requests are written. */
  public enum Format {
    JSON,
    PROTO
  }

  /** When a new file is begun, and which old ones are kept. */
  public record RotationConfig(
      @Doc("Size of a file in MB (1,000,000 bytes) above which a new one is begun.")
          @Default("100")
          @Range(min = "1", max = "1000000")
          int maxMegabytes,
      @Doc("Days after which an old file is deleted; 0 means never.")
          @Default("0")
          @Range(min = "0", max = "36500")
          int maxDays,
      @Doc("Number of old files that are kept; 0 means all.") @Default("100") @Range(min = "0")
          int maxBackups,
      @Doc("Whether names of old files hold local time instead of UTC.") @Default("false")
          boolean localtime) {}

  @Override
  public void validate(Problems problems) {
    if (!compression.isEmpty() && !compression.equals("zstd")) {
      problems.add("compression", "\"" + compression + "\" (expected: zstd or nothing)");
    }
  }

  /** Whether requests stand after their length instead of on lines. */
  boolean framed() {
    return format == Format.PROTO || !compression.isEmpty();
  }
}
