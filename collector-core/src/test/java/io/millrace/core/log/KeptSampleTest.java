package io.millrace.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.config.DataSize;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Origins;
import io.millrace.api.telemetry.Signal;
import io.millrace.api.telemetry.Span;
import io.millrace.core.fakes.Telemetry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Logs of every version stay readable: the samples were written once, the first by another program
 * than ours, and are never changed.
 */
class KeptSampleTest {
  private static final List<String> FILES =
      List.of("00000000000000000001.segment", "logs.position");

  @TempDir Path directory;

  @Test
  void readsVersion1() throws Exception {
    copy("v1");
    List<LogEntry> all = new ArrayList<>();
    LogInspector.Summary summary = LogInspector.inspect(directory, all::add);
    assertThat(summary.damage()).isEqualTo(new LogInspector.DamageReport(0, 0, 0));
    assertThat(summary.readers()).containsExactly(new LogInspector.Reader("logs", 2, 2, 2));
    assertThat(summary.items()).isEqualTo(4);
    assertThat(all).extracting(LogEntry::sequence).containsExactly(1L, 2L, 3L);
    Batch first = all.get(0).batch();
    assertThat(Telemetry.texts(first)).containsExactly("one", "two");
    assertThat(first.origins())
        .isEqualTo(Origins.sequence("push/AAAAAAAAAAAAAAAAAAAAAA/otlp/1", 0, 2));
    assertThat(all.get(0).context())
        .isEqualTo(
            new RequestContext(
                Map.of("x-tenant", List.of("a", "ä")),
                "127.0.0.1:4317",
                1_700_000_000_000_000_000L));
    assertThat(all.get(1).batch().signal()).isEqualTo(Signal.TRACES);
    all.get(1)
        .batch()
        .forEachItem((group, scope, item) -> assertThat(((Span) item).name()).isEqualTo("span"));
  }

  @Test
  void goesOnWithVersion1() throws Exception {
    copy("v1");
    Logs logs =
        Logs.open(
            DirectoryDisk.of(directory), Logs.settings(DataSize.ofMebibytes(1)), Set.of("logs"));
    LogReader reader = logs.log().reader("logs");
    assertThat(reader.position()).isEqualTo(2);
    assertThat(Logs.takeAll(reader)).extracting(LogEntry::sequence).containsExactly(2L, 3L);
    assertThat(logs.append("four").sequence()).isEqualTo(4);
  }

  private void copy(String version) throws IOException {
    for (String file : FILES) {
      try (InputStream in =
          KeptSampleTest.class.getResourceAsStream("/log/" + version + "/" + file)) {
        Files.copy(Objects.requireNonNull(in, file), directory.resolve(file));
      }
    }
  }
}
