package io.millrace.receiver.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.telemetry.Signal;
import io.millrace.receiver.kafka.KafkaReceiverConfig.ErrorBackoffConfig;
import io.millrace.receiver.kafka.KafkaReceiverConfig.SignalConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class KafkaReceiverConfigTest {
  private final TestConfig config = new TestConfig();

  @Test
  void readsTheCollectorsTopicsUnlessToldOtherwise() {
    Sources sources = new Sources(config.make(), Signal.readable());

    assertThat(sources.names()).contains(Set.of("otlp_logs", "otlp_metrics", "otlp_spans"));
    assertThat(sources.signal("otlp_spans")).contains(Signal.TRACES);
    assertThat(problems()).isEmpty();
  }

  @Test
  void readsOnlyWhatPipelinesWant() {
    assertThat(new Sources(config.make(), Set.of(Signal.METRICS)).names())
        .contains(Set.of("otlp_metrics"));
  }

  @Test
  void matchesTopicsByPatternWithExceptions() {
    config.logs =
        new SignalConfig(
            List.of("^logs-.*", "extra.topic"), null, List.of("^logs-(test|dev)$", "old"), null);
    Sources sources = new Sources(config.make(), Signal.readable());

    assertThat(sources.names()).isEqualTo(Optional.empty());
    for (String topic : List.of("logs-prod", "logs-", "logs-test-2", "extra.topic")) {
      assertThat(sources.signal(topic)).as(topic).contains(Signal.LOGS);
      assertThat(sources.pattern().matcher(topic).matches()).as(topic).isTrue();
    }
    for (String topic : List.of("logs-test", "logs-dev", "logs-old-1", "a-logs-b", "extraxtopic")) {
      assertThat(sources.signal(topic)).as(topic).isEmpty();
      assertThat(sources.pattern().matcher(topic).matches()).as(topic).isFalse();
    }
    assertThat(sources.pattern().matcher("otlp_metrics").matches()).isTrue();
  }

  @Test
  void refusesWhatCannotBe() {
    config.groupId = "";
    config.strategies = List.of("mine");
    config.heartbeat = Duration.ofSeconds(6);
    config.logs = new SignalConfig(List.of("same"), null, List.of("x"), "direct");
    config.metrics = new SignalConfig(List.of("same", "^("), null, List.of(), null);

    assertThat(problems())
        .containsExactly(
            "group_rebalance_strategies: \"mine\" (expected: one of [cooperative-sticky, sticky,"
                + " range, roundrobin])",
            "group_id: \"\" (expected: the name of a consumer group)",
            "heartbeat_interval: not below session_timeout (expected: at most a third of it)",
            "logs::exclude_topics: set without a pattern (expected: a topic that begins with ^)",
            "logs::encoding: \"direct\" (expected: otlp_proto, otlp_json, raw, text, text_CHARSET"
                + " or json)",
            "metrics::topics: \"same\" is read as logs (expected: one signal per topic)",
            "metrics::topics: \"^(\" (expected: a regular expression): Unclosed group");
  }

  @Test
  void refusesTwoKeysForStrategies() {
    config.strategies = List.of("range");
    config.strategy = "sticky";

    assertThat(problems())
        .containsExactly(
            "group_rebalance_strategy: set together with group_rebalance_strategies (expected: one"
                + " of the two)");
  }

  @Test
  void waitsLongerEachTimeUpToALimit() {
    ErrorBackoffConfig backoff =
        new ErrorBackoffConfig(
            false, Duration.ofMillis(500), Duration.ofSeconds(10), 2, 0.5, Duration.ZERO);

    assertThat(backoff.before(0)).isEqualTo(Duration.ofMillis(500));
    assertThat(backoff.before(2)).isEqualTo(Duration.ofSeconds(2));
    assertThat(backoff.before(1_000_000)).isEqualTo(Duration.ofSeconds(10));
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    config.make().validate((key, message) -> problems.add(key + ": " + message));
    return problems;
  }
}
