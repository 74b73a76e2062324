package io.millrace.receiver.kafka;

import io.millrace.api.config.DataSize;
import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.NotSupported;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Range;
import io.millrace.api.config.Squash;
import io.millrace.api.config.Tuning;
import io.millrace.api.config.Validated;
import io.millrace.api.telemetry.Signal;
import io.millrace.toolkit.kafka.KafkaClientConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** The configuration of a {@code kafka} receiver. Immutable. */
@Doc(
    "Reads telemetry from Kafka. The offset of a partition is committed up to the first record that"
        + " has not been delivered, whatever autocommit and message_marking say: a crash repeats"
        + " records, with the same origins, and loses none. Records that cannot be decoded go to"
        + " the dead letters.")
public record KafkaReceiverConfig(
    @Squash KafkaClientConfig client,
    @Doc("Consumer group; its members share the partitions.") @Default("otel-collector")
        String groupId,
    @Doc("Name of this member where it is to keep its partitions over a restart. Empty for none.")
        @Default("")
        String groupInstanceId,
    @Doc(
            "How partitions are shared, in order of preference: cooperative-sticky, sticky, range,"
                + " roundrobin. Empty for cooperative-sticky.")
        @Default("[]")
        List<String> groupRebalanceStrategies,
    @Doc("Older key for one strategy. Empty for none.") @Default("") String groupRebalanceStrategy,
    @Doc(
            "Where to begin in a partition without a committed offset: latest or earliest. A"
                + " committed offset that the broker has deleted goes on at the earliest one.")
        @Default("latest")
        InitialOffset initialOffset,
    @Doc("Silence after which the group gives the member up.") @Default("10s") @Range(min = "1s")
        Duration sessionTimeout,
    @Doc("How often the member says that it is there; at most a third of session_timeout.")
        @Default("3s")
        @Range(min = "100ms")
        Duration heartbeatInterval,
    @Doc("Committing of offsets.") @Default("{}") AutoCommitConfig autocommit,
    @Doc("Bytes for which a broker waits before it answers.") @Default("1") DataSize minFetchSize,
    @Doc("Most bytes in one answer, and at most a 64th of the heap.")
        @Default("1MiB")
        @Range(min = "1KiB", max = "512MiB")
        DataSize maxFetchSize,
    @Doc("How long a broker waits for min_fetch_size.") @Default("250ms") Duration maxFetchWait,
    @Doc("Most bytes of one partition in one answer, and at most a 64th of the heap.")
        @Default("1MiB")
        @Range(min = "1KiB", max = "512MiB")
        DataSize maxPartitionFetchSize,
    @Doc("When records count as done.")
        @Tuning("records count as done when they have been delivered")
        @Nullable Object messageMarking,
    @Doc("Whether partitions wait for each other.") @Tuning("partitions never wait for each other")
        @Nullable Object partitionProcessing,
    @Doc("Headers of records as attributes of their resources.") @Default("{}")
        HeaderExtractionConfig headerExtraction,
    @Doc("Waits between attempts to hand on what the pipeline refused.") @Default("{}")
        ErrorBackoffConfig errorBackoff,
    @Doc("Where logs come from.") @Default("{}") SignalConfig logs,
    @Doc("Where metrics come from.") @Default("{}") SignalConfig metrics,
    @Doc("Where traces come from.") @Default("{}") SignalConfig traces,
    @Doc("Where profiles come from.") @NotSupported("profiles are not supported")
        @Nullable Object profiles,
    @Doc("Older key: the topic of every signal that names none.") @Nullable String topic,
    @Doc("Older key: the encoding of every signal that names none.") @Nullable String encoding,
    @Doc("Metrics about the receiver.") @Tuning("lag is always measured")
        @Nullable Object telemetry,
    @Doc(
            "How old the oldest record of a partition that was handed on and is not acknowledged may"
                + " become before the partition is not read on until it is; 0 for no limit. Nothing"
                + " is lost or read again because of it. Beside it at most 24 MiB of all partitions"
                + " are held.")
        @Default("15m")
        @Range(min = "0s")
        Duration maxUnacknowledgedAge)
    implements Validated {

  private static final List<String> STRATEGIES =
      List.of("cooperative-sticky", "sticky", "range", "roundrobin");

  /** Where to begin in a partition without a committed offset. */
  public enum InitialOffset {
    LATEST,
    EARLIEST
  }

  /** The {@code autocommit} block. Immutable. */
  @Doc("Committing of offsets.")
  public record AutoCommitConfig(
      @Doc("Whether offsets are committed.")
          @Tuning("offsets are committed when what is before them has been delivered")
          @Default("true")
          boolean enable,
      @Doc("How often offsets are committed; what is delivered in between may be read again.")
          @Default("1s")
          @Range(min = "10ms")
          Duration interval) {}

  /** The {@code header_extraction} block. Immutable. */
  @Doc("Headers of records as attributes of their resources.")
  public record HeaderExtractionConfig(
      @Doc("Whether headers become attributes kafka.header.NAME.") @Default("false")
          boolean extractHeaders,
      @Doc("Names of the headers.") @Default("[]") List<String> headers) {
    public HeaderExtractionConfig {
      headers = List.copyOf(headers);
    }
  }

  /** The {@code error_backoff} block. Immutable. */
  @Doc("Waits between attempts to hand on what the pipeline refused.")
  public record ErrorBackoffConfig(
      @Doc("Whether there are further attempts.") @Tuning("there always are") @Default("false")
          boolean enabled,
      @Doc("Wait before the second attempt.") @Default("500ms") @Range(min = "1ms")
          Duration initialInterval,
      @Doc("Longest wait.") @Default("10s") @Range(min = "1ms") Duration maxInterval,
      @Doc("Growth of the wait.") @Default("2") @Range(min = "1") double multiplier,
      @Doc("Share of the wait that is random.") @Tuning("waits are not random") @Default("0.5")
          double randomizationFactor,
      @Doc("When to give up.") @Tuning("attempts have no end") @Default("0s")
          Duration maxElapsedTime) {

    /** The wait before an attempt. */
    Duration before(int attempt) {
      double growth = Math.pow(multiplier, Math.min(attempt, 1000));
      double millis = (double) initialInterval.toMillis() * growth;
      return Duration.ofMillis((long) Math.min(millis, (double) maxInterval.toMillis()));
    }
  }

  /** Where a signal comes from. Immutable. */
  @Doc("Where a signal comes from.")
  public record SignalConfig(
      @Doc(
              "Topics; those that begin with ^ are regular expressions. Unless set otlp_logs,"
                  + " otlp_metrics, otlp_spans.")
          @Default("[]")
          List<String> topics,
      @Doc("Older key for one topic.") @Nullable String topic,
      @Doc("Regular expressions of topics to leave out; needs a topic that begins with ^.")
          @Default("[]")
          List<String> excludeTopics,
      @Doc(
              "The form of a record: otlp_proto, otlp_json; for logs also raw (bytes), text,"
                  + " text_CHARSET, json (the record is the body).")
          @Nullable String encoding) {
    public SignalConfig {
      topics = List.copyOf(topics);
      excludeTopics = List.copyOf(excludeTopics);
    }

    /** These topics in otlp_proto. */
    public static SignalConfig of(String... topics) {
      return new SignalConfig(List.of(topics), null, List.of(), null);
    }
  }

  public KafkaReceiverConfig {
    groupRebalanceStrategies = List.copyOf(groupRebalanceStrategies);
  }

  @Override
  public void validate(Problems problems) {
    for (String strategy : strategies()) {
      if (!STRATEGIES.contains(strategy)) {
        String key =
            groupRebalanceStrategy.isEmpty()
                ? "group_rebalance_strategies"
                : "group_rebalance_strategy";
        problems.add(key, "\"" + strategy + "\" (expected: one of " + STRATEGIES + ")");
      }
    }
    if (!groupRebalanceStrategy.isEmpty() && !groupRebalanceStrategies.isEmpty()) {
      problems.add(
          "group_rebalance_strategy",
          "set together with group_rebalance_strategies (expected: one of the two)");
    }
    if (groupId.isEmpty()) {
      problems.add("group_id", "\"\" (expected: the name of a consumer group)");
    }
    if (heartbeatInterval.compareTo(sessionTimeout) >= 0) {
      problems.add(
          "heartbeat_interval", "not below session_timeout (expected: at most a third of it)");
    }
    if (maxFetchSize.compareTo(minFetchSize) < 0) {
      problems.add("max_fetch_size", maxFetchSize + " (expected: at least min_fetch_size)");
    }
    Map<String, Signal> owners = new HashMap<>();
    for (Signal signal : Signal.readable()) {
      validateSignal(signal, owners, problems);
    }
  }

  /** The keys of a signal. */
  SignalConfig of(Signal signal) {
    return switch (signal) {
      case LOGS -> logs;
      case METRICS -> metrics;
      case TRACES -> traces;
      case PROFILES -> throw signal.unsupported();
    };
  }

  /** The topics of a signal; those that begin with {@code ^} are regular expressions. */
  List<String> topicsOf(Signal signal) {
    SignalConfig own = of(signal);
    if (!own.topics().isEmpty()) {
      return own.topics();
    }
    if (own.topic() != null && !own.topic().isEmpty()) {
      return List.of(own.topic());
    }
    if (topic != null && !topic.isEmpty()) {
      return List.of(topic);
    }
    return switch (signal) {
      case LOGS -> List.of("otlp_logs");
      case METRICS -> List.of("otlp_metrics");
      case TRACES -> List.of("otlp_spans");
      case PROFILES -> throw signal.unsupported();
    };
  }

  /** The name of a signal's encoding. */
  String encodingOf(Signal signal) {
    String own = of(signal).encoding();
    if (own != null && !own.isEmpty()) {
      return own;
    }
    return encoding != null && !encoding.isEmpty() ? encoding : "otlp_proto";
  }

  /** How partitions are shared. */
  List<String> strategies() {
    if (!groupRebalanceStrategies.isEmpty()) {
      return groupRebalanceStrategies;
    }
    return List.of(
        groupRebalanceStrategy.isEmpty() ? "cooperative-sticky" : groupRebalanceStrategy);
  }

  private void validateSignal(Signal signal, Map<String, Signal> owners, Problems problems) {
    SignalConfig own = of(signal);
    String place = signal.id() + "::";
    boolean explicit = !own.topics().isEmpty() || own.topic() != null;
    boolean pattern = false;
    for (String name : topicsOf(signal)) {
      pattern |= name.startsWith("^");
      checkPattern(name.startsWith("^") ? name : "", place + "topics", problems);
      Signal other = owners.putIfAbsent(name, signal);
      if (other != null && explicit) {
        problems.add(
            place + "topics",
            "\"" + name + "\" is read as " + other.id() + " (expected: one signal per topic)");
      }
    }
    own.excludeTopics().forEach(e -> checkPattern(e, place + "exclude_topics", problems));
    if (!own.excludeTopics().isEmpty() && !pattern) {
      problems.add(
          place + "exclude_topics", "set without a pattern (expected: a topic that begins with ^)");
    }
    try {
      RecordDecoder.of(encodingOf(signal), signal);
    } catch (IllegalArgumentException e) {
      problems.add(
          own.encoding() == null ? "encoding" : place + "encoding", String.valueOf(e.getMessage()));
    }
  }

  private static void checkPattern(String pattern, String key, Problems problems) {
    try {
      Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      problems.add(
          key, "\"" + pattern + "\" (expected: a regular expression): " + e.getDescription());
    }
  }
}
