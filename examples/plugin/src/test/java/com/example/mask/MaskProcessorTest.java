package com.example.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.api.component.Plugin;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.LogsBuilder;
import io.millrace.api.telemetry.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MaskProcessorTest {
  private final AtomicLong changed = new AtomicLong();
  private final MaskProcessor processor =
      new MaskProcessor(new MaskConfig("\\b\\d{12}(\\d{4})\\b", "************$1"), changed::addAndGet);

  @Test
  void masksWhatMatchesAndCountsIt() {
    Batch masked = process("paid with 4111111111111111", "nothing here");
    assertEquals(List.of("paid with ************1111", "nothing here"), bodies(masked));
    assertEquals(1, changed.get());
  }

  @Test
  void leavesABatchAsItIsWhenNothingMatches() {
    Batch batch = batch("one", "two");
    assertSame(batch, processor.process(batch, RequestContext.local(1)));
  }

  @Test
  void refusesAPatternThatIsNone() {
    List<String> problems = new ArrayList<>();
    new MaskConfig("(", "").validate((key, message) -> problems.add(key + ": " + message));
    assertEquals(List.of("pattern: \"(\" (expected: a regular expression; Unclosed group)"), problems);
  }

  @Test
  void isFoundAsAService() {
    assertTrue(
        ServiceLoader.load(Plugin.class).stream().anyMatch(each -> each.type() == MaskPlugin.class));
  }

  private Batch process(String... bodies) {
    return processor.process(batch(bodies), RequestContext.local(1));
  }

  private static Batch batch(String... bodies) {
    LogsBuilder builder = Logs.builder();
    for (String body : bodies) {
      builder.record().body(Value.of(body));
    }
    return builder.build();
  }

  private static List<String> bodies(Batch batch) {
    List<String> bodies = new ArrayList<>();
    batch.forEachItem((group, scope, item) -> bodies.add(((LogRecord) item).body().stringValue()));
    return bodies;
  }
}
