package io.millrace.exporter.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.StartException;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.exporter.file.FileExporterConfig.Format;
import io.millrace.exporter.file.FileExporterConfig.RotationConfig;
import io.millrace.testkit.TestContext;
import io.millrace.testkit.TestTelemetry;
import io.millrace.toolkit.otlpjson.OtlpJson;
import java.io.DataInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileExporterTest {
  private static final RequestContext REQUEST = RequestContext.local(1);

  @TempDir Path directory;
  private TestContext context;
  private Path file;

  @BeforeEach
  void prepare() {
    context = TestContext.of("file", directory.resolve("state"));
    file = directory.resolve("out.json");
  }

  @Test
  void writesEachBatchAsALineOfJsonBeforeItIsAccepted() throws Exception {
    FileExporter exporter = started(config(Format.JSON, false, "", null));
    Batch first = TestTelemetry.logs(TestTelemetry.ids("a", 3));
    Batch second = TestTelemetry.batch(Signal.METRICS, TestTelemetry.ids("b", 2));

    assertThat(exporter.export(first, REQUEST)).isEqualTo(ExportOutcome.ACCEPTED);
    assertThat(exporter.export(second, REQUEST)).isEqualTo(ExportOutcome.ACCEPTED);

    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(2);
    assertThat(read(Signal.LOGS, lines.get(0)).toBytes()).isEqualTo(first.toBytes());
    assertThat(read(Signal.METRICS, lines.get(1)).toBytes()).isEqualTo(second.toBytes());
    exporter.stop();
  }

  @Test
  void writesProtobufAfterItsLength() throws Exception {
    FileExporter exporter = started(config(Format.PROTO, false, "", null));
    Batch batch = TestTelemetry.logs(TestTelemetry.ids("a", 3));
    exporter.export(batch, REQUEST);
    exporter.export(batch, REQUEST);
    exporter.stop();

    assertThat(frames()).containsExactly(batch.toBytes(), batch.toBytes());
  }

  @Test
  void takesProfilesAsProtobufOnly() throws Exception {
    FileExporterConfig proto = config(Format.PROTO, false, "", null);
    FileExporter exporter = started(proto);
    Batch batch = TestTelemetry.batch(Signal.PROFILES, TestTelemetry.ids("a", 3));
    assertThat(exporter.export(batch, REQUEST)).isEqualTo(ExportOutcome.ACCEPTED);
    exporter.stop();

    assertThat(frames()).containsExactly(batch.toBytes());
    FileExporterFactory factory = new FileExporterFactory();
    assertThat(factory.signals(proto)).contains(Signal.PROFILES);
    assertThat(factory.signals(config(Format.JSON, false, "", null)))
        .containsExactlyInAnyOrderElementsOf(Signal.readable());
  }

  @Test
  void compressesEachRequestByItself() throws Exception {
    FileExporter exporter = started(config(Format.PROTO, false, "zstd", null));
    Batch batch = TestTelemetry.logs(TestTelemetry.ids("a", 100));
    exporter.export(batch, REQUEST);
    exporter.stop();

    byte[] frame = frames().getFirst();
    assertThat(Zstd.decompress(frame, batch.sizeBytes())).isEqualTo(batch.toBytes());
  }

  @Test
  void emptiesTheFileUnlessItAppends() throws Exception {
    Files.writeString(file, "before\n");
    started(config(Format.JSON, true, "", null)).stop();
    assertThat(Files.readString(file)).isEqualTo("before\n");

    started(config(Format.JSON, false, "", null)).stop();
    assertThat(Files.readString(file)).isEmpty();
  }

  @Test
  void beginsANewFileWhenOneIsFullAndKeepsSoManyOldOnes() throws Exception {
    FileExporter exporter =
        started(config(Format.PROTO, false, "", new RotationConfig(1, 0, 2, false)));
    Batch batch = TestTelemetry.logs(TestTelemetry.ids("x".repeat(3000), 200));
    for (int i = 0; i < 5; i++) {
      exporter.export(batch, REQUEST);
      context.clock().advance(Duration.ofSeconds(1));
    }
    exporter.stop();

    try (Stream<Path> files = Files.list(directory)) {
      List<String> names =
          files
              .filter(Files::isRegularFile)
              .map(each -> each.getFileName().toString())
              .sorted()
              .toList();
      assertThat(names).hasSize(3).contains("out.json");
      assertThat(names.getFirst()).isEqualTo("out-2026-01-02T03-04-08.678.json");
    }
    assertThat(frames()).hasSize(1);
  }

  @Test
  void namesAFileThatCannotBeWritten() {
    file = directory.resolve("absent/out.json");
    FileExporter exporter = new FileExporter(context, config(Format.JSON, false, "", null));

    assertThatThrownBy(exporter::start)
        .isInstanceOf(StartException.class)
        .hasMessageContaining(file + ": cannot be written");
  }

  @Test
  void retriesWhileItIsNotOpen() {
    FileExporter exporter = new FileExporter(context, config(Format.JSON, false, "", null));

    assertThat(exporter.export(TestTelemetry.logs(TestTelemetry.ids("a", 1)), REQUEST))
        .isInstanceOf(ExportOutcome.Retry.class);
  }

  private FileExporter started(FileExporterConfig config) throws StartException {
    FileExporter exporter = new FileExporter(context, config);
    exporter.start();
    return exporter;
  }

  private FileExporterConfig config(
      Format format, boolean append, String compression, @Nullable RotationConfig rotation) {
    return new FileExporterConfig(
        file, format, append, false, rotation, compression, Duration.ofSeconds(1), "", Map.of());
  }

  private List<byte[]> frames() throws Exception {
    List<byte[]> frames = new ArrayList<>();
    try (DataInputStream input = new DataInputStream(Files.newInputStream(file))) {
      while (input.available() > 0) {
        frames.add(input.readNBytes(input.readInt()));
      }
    }
    return frames;
  }

  private static Batch read(Signal signal, String json) throws Exception {
    return OtlpJson.read(signal, json.getBytes(StandardCharsets.UTF_8));
  }
}
