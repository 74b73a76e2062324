package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.component.ComponentId;
import io.millrace.api.component.Health;
import io.millrace.api.component.Meter;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Origins;
import io.millrace.api.telemetry.Signal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestContextTest {
  @TempDir Path directory;

  @Test
  void keepsStorageAndClockOverARestartAndRaisesTheEpoch() throws Exception {
    for (TestContext context :
        List.of(
            TestContext.of("otlp/a", directory.resolve("memory")),
            TestContext.inFiles("otlp/a", directory.resolve("files")))) {
      context.storage(null).put(Map.of("key", bytes("value"), "other", bytes("x")));
      Map<String, byte @Nullable []> removal = new HashMap<>();
      removal.put("other", null);
      context.storage(null).put(removal);
      context.clock().advance(Duration.ofSeconds(5));
      Origins first = context.pushStream().next(2);

      TestContext next = context.nextLife();
      assertThat(next.storage(null).get("key")).isEqualTo(bytes("value"));
      assertThat(next.storage(null).entries()).containsOnlyKeys("key");
      assertThat(next.storage(ComponentId.parse("file_storage")).entries()).isEmpty();
      assertThat(next.clock().instant()).isEqualTo(TestClock.START.plusSeconds(5));
      assertThat(next.pushStream().next(1).stream(0)).isNotEqualTo(first.stream(0));
    }
  }

  @Test
  void readsFilesThatAnotherProcessHasWritten() throws Exception {
    TestContext.inFiles("otlp", directory).storage(null).put(Map.of("ğ=\n", bytes("value")));
    assertThat(TestContext.inFiles("otlp", directory).storage(null).get("ğ=\n"))
        .isEqualTo(bytes("value"));
  }

  @Test
  void numbersPushedItemsWithoutGaps() {
    var stream = TestContext.of("otlp", directory).pushStream();
    assertThat(stream.next(3).start(2)).isEqualTo(2);
    assertThat(stream.next(2).start(0)).isEqualTo(3);
  }

  @Test
  void recordsInstrumentsHealthAndDeadLetters() throws Exception {
    TestContext context = TestContext.of("otlp", directory);
    Meter meter = context.meter();
    meter.counter("items", "").add(2);
    meter.counter("items", "", Map.of("kind", "a")).add(3);
    AutoCloseable gauge = meter.gauge("size", "", Map.of(), () -> 4.5);
    assertThat(context.meter().count("items")).isEqualTo(5);
    assertThat(context.meter().count("items", Map.of("kind", "a"))).isEqualTo(3);
    assertThat(context.meter().gauge("size")).hasValue(4.5);
    gauge.close();
    assertThat(context.meter().gauge("size")).isEmpty();

    assertThat(context.health()).isEqualTo(Health.OK);
    context.report(new Health.Degraded("slow"));
    assertThat(context.health()).isEqualTo(new Health.Degraded("slow"));

    context.deadLetters().failNext(1);
    assertThatThrownBy(() -> context.deadLetters().putRaw(new byte[0], "o", "r"))
        .isInstanceOf(IOException.class);
    context.deadLetters().putRaw(bytes("raw"), "o", "r");
    assertThat(context.deadLetters().rawLetters())
        .containsExactly(new RecordingDeadLetters.RawLetter("raw", "o", "r"));
  }

  @Test
  void offersServicesByTypeAndExtension() {
    TestContext context = TestContext.of("otlp", directory);
    Supplier<String> service = () -> "service";
    context.offer(Supplier.class, "auth/a", service);
    assertThat(context.service(Supplier.class, ComponentId.parse("auth/a"))).isSameAs(service);
    assertThatThrownBy(() -> context.service(Supplier.class, ComponentId.parse("auth/b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("extension auth/b");
  }

  @Test
  void hasTelemetryOfEverySignalWithIdsAndOrigins() {
    for (Signal signal : Signal.values()) {
      List<String> ids = TestTelemetry.ids(signal.id(), 300);
      Batch batch = TestTelemetry.batch(signal, ids);
      assertThat(batch.signal()).isEqualTo(signal);
      assertThat(TestTelemetry.ids(batch)).isEqualTo(ids);
      assertThat(TestTelemetry.withOrigins(batch, 7).origins().start(299)).isEqualTo(306);
      assertThat(TestTelemetry.batch(signal, List.of()).itemCount()).isZero();
    }
    assertThat(TestTelemetry.bodies(TestTelemetry.logs(List.of("a", "b"))))
        .containsExactly("a", "b");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
