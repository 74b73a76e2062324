package io.millrace.exporter.kafka;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.NotSupported;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Squash;
import io.millrace.api.config.Validated;
import io.millrace.api.telemetry.Signal;
import io.millrace.toolkit.kafka.KafkaClientConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The configuration of a {@code kafka} exporter. Immutable. */
@Doc(
    "Writes telemetry to Kafka: one record is one OTLP request of one signal, with the origins of"
        + " its items in a header. Without partition options a stream (one file, one partition)"
        + " goes to one partition, in order.")
public record KafkaExporterConfig(
    @Squash KafkaClientConfig client,
    @Doc("Where logs go and how.") @Default("{}") SignalConfig logs,
    @Doc("Where metrics go and how.") @Default("{}") SignalConfig metrics,
    @Doc("Where traces go and how.") @Default("{}") SignalConfig traces,
    @Doc("Where profiles go and how.") @NotSupported("profiles are not supported")
        @Nullable Object profiles,
    @Doc("Older key: the topic of every signal that names none.") @Nullable String topic,
    @Doc("Older key: the encoding of every signal that names none.") @Nullable String encoding,
    @Doc("Resource attribute whose value is the topic, where it is present. Empty for none.")
        @Default("")
        String topicFromAttribute,
    @Doc("Keys of the request's metadata that become headers of the record.") @Default("[]")
        List<String> includeMetadataKeys,
    @Doc("Headers of every record: a map of names and values, or a list of {key, value}.")
        @Nullable Object recordHeaders,
    @Doc("Whether every record has the header otelcol.signal.") @Default("false")
        boolean signalHeader,
    @Doc("Whether spans are split by trace, with the trace id as the record's key.")
        @Default("false")
        boolean partitionTracesById,
    @Doc("Whether metrics are split by resource, with a hash of its attributes as the key.")
        @Default("false")
        boolean partitionMetricsByResourceAttributes,
    @Doc("Whether logs are split by resource, with a hash of its attributes as the key.")
        @Default("false")
        boolean partitionLogsByResourceAttributes,
    @Doc("Whether logs are split by trace, with the trace id as the key where there is one.")
        @Default("false")
        boolean partitionLogsByTraceId,
    @Doc("How a record's partition is chosen.") @Default("{}") PartitionerConfig recordPartitioner,
    @Doc("How records are sent.") @Default("{}") ProducingConfig producer)
    implements Validated {

  /** Where a signal goes and how. Immutable. */
  @Doc("Where a signal goes and how.")
  public record SignalConfig(
      @Doc("The topic; otlp_logs, otlp_metrics or otlp_spans unless set.") @Nullable String topic,
      @Doc("The form of a record: otlp_proto, otlp_json, or raw (logs: the body alone).")
          @Nullable String encoding,
      @Doc("Key of the request's metadata whose value is the topic. Empty for none.") @Default("")
          String topicFromMetadataKey,
      @Doc("Key of the request's metadata whose value is the record's key. Empty for none.")
          @Default("")
          String messageKeyFromMetadataKey) {

    /** What holds where nothing is set. */
    public static SignalConfig standard() {
      return new SignalConfig(null, null, "", "");
    }

    /** This topic in otlp_proto. */
    public static SignalConfig of(String topic) {
      return new SignalConfig(topic, null, "", "");
    }
  }

  /** How a record's partition is chosen. Immutable. */
  @Doc("How a record's partition is chosen; at most one of these.")
  public record PartitionerConfig(
      @Doc("By the record's key; without a key, by the stream of its items.")
          @Nullable StickyKeyConfig stickyKey,
      @Doc("One record after the other goes to the next partition; order is lost.")
          @Nullable Object roundRobin,
      @Doc("To the partition that has least to do.")
          @NotSupported("least_backup is not supported (expected: sticky_key or round_robin)")
          @Nullable Object leastBackup,
      @Doc("By an extension.") @NotSupported("partitioner extensions are not supported")
          @Nullable Object extension)
      implements Validated {

    /** What holds where nothing is set. */
    public static PartitionerConfig standard() {
      return new PartitionerConfig(null, null, null, null);
    }

    @Override
    public void validate(Problems problems) {
      if (stickyKey != null && roundRobin != null) {
        problems.add("round_robin", "set together with sticky_key (expected: one of the two)");
      }
    }

    KeyHash keyHash() {
      return stickyKey == null ? KeyHash.SARAMA_COMPAT : stickyKey.hasher();
    }
  }

  /** The {@code sticky_key} block. Immutable. */
  @Doc("The record's key chooses the partition.")
  public record StickyKeyConfig(
      @Doc("How keys are hashed: sarama_compat (as the Collector) or murmur2 (as Java clients).")
          @Default("sarama_compat")
          KeyHash hasher) {}

  public KafkaExporterConfig {
    includeMetadataKeys = List.copyOf(includeMetadataKeys);
  }

  /** Everything as by default but the brokers. */
  public static KafkaExporterConfig of(KafkaClientConfig client) {
    return new KafkaExporterConfig(
        client,
        SignalConfig.standard(),
        SignalConfig.standard(),
        SignalConfig.standard(),
        null,
        null,
        null,
        "",
        List.of(),
        null,
        false,
        false,
        false,
        false,
        false,
        PartitionerConfig.standard(),
        ProducingConfig.standard());
  }

  @Override
  public void validate(Problems problems) {
    for (Signal signal : Signal.readable()) {
      validateSignal(signal, problems);
    }
    if (partitionLogsByResourceAttributes && partitionLogsByTraceId) {
      problems.add(
          "partition_logs_by_trace_id",
          "set together with partition_logs_by_resource_attributes (expected: one of the two)");
    }
    List<String> mistakes = new ArrayList<>();
    RecordHeaders.read(recordHeaders, mistakes);
    mistakes.forEach(mistake -> problems.add("record_headers", mistake));
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

  /** The topic of a signal where neither metadata nor attributes name another. */
  String topicOf(Signal signal) {
    String own = of(signal).topic();
    if (own != null && !own.isEmpty()) {
      return own;
    }
    if (topic != null && !topic.isEmpty()) {
      return topic;
    }
    return switch (signal) {
      case LOGS -> "otlp_logs";
      case METRICS -> "otlp_metrics";
      case TRACES -> "otlp_spans";
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

  /** What makes the keys of a signal's records, apart from metadata. */
  KeySource keySourceOf(Signal signal) {
    return switch (signal) {
      case LOGS ->
          partitionLogsByTraceId
              ? KeySource.TRACE_ID
              : partitionLogsByResourceAttributes ? KeySource.RESOURCE : KeySource.NONE;
      case METRICS -> partitionMetricsByResourceAttributes ? KeySource.RESOURCE : KeySource.NONE;
      case TRACES -> partitionTracesById ? KeySource.TRACE_ID : KeySource.NONE;
      case PROFILES -> throw signal.unsupported();
    };
  }

  /** Headers of every record. */
  Map<String, String> headers() {
    return RecordHeaders.read(recordHeaders, new ArrayList<>());
  }

  private void validateSignal(Signal signal, Problems problems) {
    String name = encodingOf(signal);
    if (RecordEncoding.find(name, signal).isEmpty()) {
      boolean shared = of(signal).encoding() == null;
      problems.add(
          shared ? "encoding" : signal.id() + "::encoding",
          "\"" + name + "\" (expected: " + RecordEncoding.names(signal) + ")");
    }
    if (!of(signal).messageKeyFromMetadataKey().isEmpty()
        && keySourceOf(signal) != KeySource.NONE) {
      problems.add(
          signal.id() + "::message_key_from_metadata_key",
          "set together with a partition_" + signal.id() + " option (expected: one of the two)");
    }
  }
}
