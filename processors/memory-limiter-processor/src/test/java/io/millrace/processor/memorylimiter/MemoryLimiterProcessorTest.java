package io.millrace.processor.memorylimiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.component.RefusedException;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.testkit.TestContext;
import io.millrace.testkit.TestTelemetry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryLimiterProcessorTest {
  private static final long MIB = 1 << 20;
  private static final Batch BATCH = TestTelemetry.logs(TestTelemetry.ids("a", 3));

  @TempDir Path directory;
  private final FakeHeap heap = new FakeHeap();

  @Test
  void passesTheSameBatchWithinTheLimits() throws Exception {
    TestContext context = context();
    MemoryLimiterProcessor processor = processor(context);
    heap.used = 79 * MIB;
    processor.check();

    assertThat(processor.process(BATCH, RequestContext.local(1))).isSameAs(BATCH);
    assertThat(context.meter().count("processor_memory_limiter_accepted_log_records")).isEqualTo(3);
    assertThat(heap.collections).isZero();
  }

  @Test
  void refusesAboveTheSoftLimitWhenCollectingDoesNotHelp() {
    TestContext context = context();
    MemoryLimiterProcessor processor = processor(context);
    heap.used = 81 * MIB;
    heap.afterCollection = 81 * MIB;
    processor.check();

    assertThatThrownBy(() -> processor.process(BATCH, RequestContext.local(1)))
        .isInstanceOf(RefusedException.class)
        .hasMessage("data refused due to high memory usage");
    assertThat(context.meter().count("processor_memory_limiter_refused_log_records")).isEqualTo(3);
  }

  @Test
  void doesNotRefuseForGarbage() throws Exception {
    MemoryLimiterProcessor processor = processor(context());
    heap.used = 95 * MIB;
    heap.afterCollection = 20 * MIB;
    processor.check();

    assertThat(processor.process(BATCH, RequestContext.local(1))).isSameAs(BATCH);
    assertThat(heap.collections).isEqualTo(1);
  }

  @Test
  void takesTelemetryAgainWhenMemoryIsFree() throws Exception {
    MemoryLimiterProcessor processor = processor(context());
    heap.used = 95 * MIB;
    heap.afterCollection = 95 * MIB;
    processor.check();
    assertThatThrownBy(() -> processor.process(BATCH, RequestContext.local(1)))
        .isInstanceOf(RefusedException.class);

    heap.used = 50 * MIB;
    processor.check();

    assertThat(processor.process(BATCH, RequestContext.local(1))).isSameAs(BATCH);
  }

  @Test
  void collectsAtMostOnceInTheIntervalWhileSoftLimited() {
    TestContext context = context();
    MemoryLimiterProcessor processor = processor(context);
    heap.used = 85 * MIB;
    heap.afterCollection = 85 * MIB;
    processor.check();
    processor.check();
    assertThat(heap.collections).isEqualTo(1);

    context.clock().advance(Duration.ofSeconds(10));
    processor.check();

    assertThat(heap.collections).isEqualTo(2);
  }

  @Test
  void collectsAtEveryLookAboveTheHardLimit() {
    MemoryLimiterProcessor processor = processor(context());
    heap.used = 101 * MIB;
    heap.afterCollection = 101 * MIB;
    processor.check();
    processor.check();

    assertThat(heap.collections).isEqualTo(2);
  }

  @Test
  void clampsALimitAboveTheHeap() {
    MemoryLimiterProcessorConfig config = config(4000, 0, 0, 0);

    assertThat(config.hardLimitBytes(200 * MIB)).isEqualTo(200 * MIB);
    assertThat(config.softLimitBytes(200 * MIB)).isEqualTo(160 * MIB);
  }

  @Test
  void takesPercentOfTheHeap() {
    MemoryLimiterProcessorConfig config = config(0, 0, 80, 30);

    assertThat(config.hardLimitBytes(200 * MIB)).isEqualTo(200 * MIB / 100 * 80);
    assertThat(config.softLimitBytes(200 * MIB)).isEqualTo(200 * MIB / 100 * 50);
  }

  @Test
  void namesEveryBrokenRule() {
    List<String> problems = new ArrayList<>();
    new MemoryLimiterProcessorConfig(
            Duration.ZERO,
            100,
            100,
            0,
            0,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO)
        .validate((key, message) -> problems.add(key + ": " + message));

    assertThat(problems)
        .containsExactly(
            "check_interval: \"0ms\" (expected: above 0s)",
            "spike_limit_mib: 100 (expected: below limit_mib, 100)");
  }

  @Test
  void looksAtTheRealHeap() {
    HeapProbe probe = new HeapProbe();
    probe.collect();

    assertThat(probe.usedBytes()).isPositive().isLessThan(probe.maxBytes());
  }

  private TestContext context() {
    return TestContext.of("memory_limiter", directory);
  }

  private MemoryLimiterProcessor processor(TestContext context) {
    return new MemoryLimiterProcessor(context, config(100, 0, 0, 0), heap);
  }

  private static MemoryLimiterProcessorConfig config(
      long limit, long spike, int percent, int spikePercent) {
    return new MemoryLimiterProcessorConfig(
        Duration.ofSeconds(1),
        limit,
        spike,
        percent,
        spikePercent,
        Duration.ofSeconds(10),
        Duration.ZERO,
        Duration.ofSeconds(30),
        Duration.ofSeconds(30));
  }

  private static final class FakeHeap implements MemoryProbe {
    private long used;
    private long afterCollection;
    private int collections;

    @Override
    public long maxBytes() {
      return 1000 * MIB;
    }

    @Override
    public long usedBytes() {
      return used;
    }

    @Override
    public void collect() {
      collections++;
      used = afterCollection;
    }
  }
}
