package io.millrace.flink;

import io.millrace.api.telemetry.Signal;
import io.millrace.flink.sink.ElasticsearchSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says. Immutable.
 *
 * @param brokers Kafka bootstrap servers
 * @param topics the topic of each signal
 * @param group consumer group
 * @param aggregates the file of aggregates
 * @param elasticsearch where results go
 * @param indexPrefix first part of index names
 * @param checkpointDir URI, null: the cluster's setting
 * @param checkpointInterval zero: no checkpoints
 * @param resume {@code latest}, {@code none} or a URI
 * @param outOfOrderness disorder within a partition
 * @param lateness how long a window takes late events
 * @param quiet see {@code PartitionClock}; zero: never
 * @param fromLatest begin with new records instead of the oldest
 * @param bounded end at what is there now
 * @param parallelism null: the cluster's setting
 */
record JobSettings(
    String brokers,
    Map<Signal, String> topics,
    String group,
    Path aggregates,
    ElasticsearchSettings elasticsearch,
    String indexPrefix,
    @Nullable String checkpointDir,
    Duration checkpointInterval,
    String resume,
    Duration outOfOrderness,
    Duration lateness,
    Duration quiet,
    boolean fromLatest,
    boolean bounded,
    @Nullable Integer parallelism) {}
