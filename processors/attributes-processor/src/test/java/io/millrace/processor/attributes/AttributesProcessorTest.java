package io.millrace.processor.attributes;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.AttributeKey;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Item;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.LogsBuilder;
import io.millrace.api.telemetry.Value;
import io.millrace.processor.attributes.MatchConfig.AttributeConfig;
import io.millrace.processor.attributes.MatchConfig.MatchType;
import io.millrace.processor.attributes.MatchConfig.SeverityConfig;
import io.millrace.toolkit.attributes.ActionConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AttributesProcessorTest {

  @Test
  void actsOnEveryItemWithoutAFilter() {
    assertThat(marked(null, null)).containsExactly("cart ok", "cart bad", "pay bad");
  }

  @Test
  void actsOnlyOnWhatIsIncluded() {
    assertThat(marked(services(MatchType.STRICT, "cart"), null))
        .containsExactly("cart ok", "cart bad");
    assertThat(marked(services(MatchType.REGEXP, "^p"), null)).containsExactly("pay bad");
  }

  @Test
  void leavesWhatIsExcluded() {
    assertThat(marked(services(MatchType.STRICT, "cart"), severity(17))).containsExactly("cart ok");
  }

  @Test
  void matchesBodiesAndAttributes() {
    assertThat(marked(bodies("bad$"), null)).containsExactly("cart bad", "pay bad");
    assertThat(marked(attribute("n", "2"), null)).containsExactly("cart bad");
    assertThat(marked(attribute("n", null), null))
        .containsExactly("cart ok", "cart bad", "pay bad");
  }

  @Test
  void doesNotTakeLogsForSpans() {
    assertThat(
            marked(
                new MatchConfig(
                    MatchType.STRICT,
                    Map.of(),
                    List.of(),
                    List.of("GET /"),
                    List.of(),
                    List.of(),
                    List.of(),
                    null,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of()),
                null))
        .isEmpty();
  }

  @Test
  void namesABrokenPatternAndAnEmptyFilter() {
    List<String> problems = new ArrayList<>();
    new AttributesProcessorConfig(
            List.of(mark()), services(MatchType.REGEXP, "("), services(MatchType.STRICT))
        .validate((key, message) -> problems.add(key + ": " + message));

    assertThat(problems).hasSize(2);
    assertThat(problems.get(0)).startsWith("include::services::0: \"(\" (expected: an RE2");
    assertThat(problems.get(1)).startsWith("exclude: nothing to match (expected: at least one");
  }

  private static ActionConfig mark() {
    return new ActionConfig("mark", "insert", true, "", "", "", "");
  }

  /** The bodies of the records that got the mark. */
  private static List<String> marked(@Nullable MatchConfig include, @Nullable MatchConfig exclude) {
    LogsBuilder builder = Logs.builder();
    builder.resource(resource -> resource.put("service.name", Value.of("cart")));
    record(builder, "cart ok", 9, 1);
    record(builder, "cart bad", 17, 2);
    builder.resource(resource -> resource.put("service.name", Value.of("pay")));
    record(builder, "pay bad", 17, 3);
    Batch result =
        new AttributesProcessor(new AttributesProcessorConfig(List.of(mark()), include, exclude))
            .process(builder.build(), RequestContext.local(1));
    List<String> bodies = new ArrayList<>();
    result.forEachItem((group, scope, item) -> addMarked(bodies, item));
    return bodies;
  }

  private static void addMarked(List<String> bodies, Item item) {
    if (item.attributes().contains("mark") && item instanceof LogRecord log) {
      bodies.add(log.body().stringValue());
    }
  }

  private static void record(LogsBuilder builder, String body, int severity, long number) {
    builder.record().severity(severity, "").body(Value.of(body)).put(AttributeKey.of("n"), number);
  }

  private static MatchConfig services(MatchType type, String... services) {
    return match(type, List.of(services), List.of(), null, List.of());
  }

  private static MatchConfig severity(int min) {
    return match(MatchType.STRICT, List.of(), List.of(), new SeverityConfig(min, false), List.of());
  }

  private static MatchConfig bodies(String pattern) {
    return match(MatchType.REGEXP, List.of(), List.of(pattern), null, List.of());
  }

  private static MatchConfig attribute(String key, @Nullable Object value) {
    return match(
        MatchType.STRICT, List.of(), List.of(), null, List.of(new AttributeConfig(key, value)));
  }

  private static MatchConfig match(
      MatchType type,
      List<String> services,
      List<String> bodies,
      @Nullable SeverityConfig severity,
      List<AttributeConfig> attributes) {
    return new MatchConfig(
        type,
        Map.of(),
        services,
        List.of(),
        List.of(),
        bodies,
        List.of(),
        severity,
        List.of(),
        attributes,
        List.of(),
        List.of());
  }
}
