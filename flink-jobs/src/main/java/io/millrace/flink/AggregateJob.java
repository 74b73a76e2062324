package io.millrace.flink;

import io.millrace.api.telemetry.Signal;
import io.millrace.flink.aggregate.LocalAggregator;
import io.millrace.flink.aggregate.Partial;
import io.millrace.flink.aggregate.WindowAggregator;
import io.millrace.flink.config.AggregateDefinition;
import io.millrace.flink.config.AggregatesException;
import io.millrace.flink.config.AggregatesFile;
import io.millrace.flink.document.Document;
import io.millrace.flink.document.IndexNames;
import io.millrace.flink.sink.CommitGate;
import io.millrace.flink.sink.ElasticsearchSink;
import io.millrace.flink.source.SourceSettings;
import io.millrace.flink.source.TelemetryRecord;
import io.millrace.flink.source.TelemetrySource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The job: Kafka to windows to Elasticsearch. Runs wherever Flink runs it, and by itself in one
 * JVM.
 *
 * <pre>
 * kafka-source   records, stamped with their partition's clock     (source)
 *   by stream
 * local          new? late? decode, add up locally                 (aggregate)
 *   by aggregate, bucket, window
 * windows        add up, close, make documents                     (aggregate)
 *   with late events and unreadable records
 * gate           hold until a checkpoint is complete               (sink)
 * elasticsearch  write
 * </pre>
 */
public final class AggregateJob {

  /** Fixed for ever: state is divided into that many parts. */
  static final int MAX_PARALLELISM = 128;

  private static final Duration CHECKPOINT_TIMEOUT = Duration.ofMinutes(5);
  private static final int TOLERABLE_FAILED_CHECKPOINTS = 1_000;

  private AggregateJob() {}

  /**
   * Submits the job, or runs it here when there is no cluster.
   *
   * @throws UsageException when the arguments or the file of aggregates are wrong; nothing was
   *     started
   */
  public static void main(String[] arguments) throws Exception {
    JobSettings settings = CommandLine.parse(arguments);
    List<AggregateDefinition> definitions = definitions(settings);
    Configuration configuration = configuration(settings);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    // The options of the pipeline are only read here.
    environment.configure(configuration);
    IndexNames indices = new IndexNames(settings.indexPrefix());
    DataStream<TelemetryRecord> records =
        environment
            .fromSource(
                TelemetrySource.of(topics(settings, definitions), source(settings)),
                WatermarkStrategy.noWatermarks(),
                "kafka-source")
            .uid("kafka-source");
    build(records, definitions, indices, new ElasticsearchSink(settings.elasticsearch(), indices));
    environment.execute("millrace-aggregates");
  }

  /** Puts the operators behind the source together. */
  static void build(
      DataStream<TelemetryRecord> records,
      List<AggregateDefinition> definitions,
      IndexNames indices,
      Sink<Document> sink) {
    boolean checkpointing =
        records.getExecutionEnvironment().getCheckpointConfig().isCheckpointingEnabled();
    SingleOutputStreamOperator<Partial> partials =
        records
            .keyBy(TelemetryRecord::stream)
            .transform(
                "local",
                TypeInformation.of(Partial.class),
                new LocalAggregator(definitions, indices))
            .uid("local");
    partials
        .keyBy(Partial::key)
        .process(new WindowAggregator(definitions, indices), TypeInformation.of(Document.class))
        .name("windows")
        .uid("windows")
        .union(partials.getSideOutput(LocalAggregator.DOCUMENTS))
        .transform("gate", TypeInformation.of(Document.class), new CommitGate(checkpointing))
        .uid("gate")
        .sinkTo(sink)
        .name("elasticsearch")
        .uid("elasticsearch");
  }

  /** Flink's settings for the job. */
  static Configuration configuration(JobSettings settings) throws UsageException {
    Configuration configuration = pipelineConfiguration();
    Integer parallelism = settings.parallelism();
    if (parallelism != null) {
      configuration.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
    }
    if (!settings.checkpointInterval().isZero()) {
      configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, settings.checkpointInterval());
    }
    String directory = settings.checkpointDir();
    if (directory != null) {
      configuration.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
      configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, directory);
    }
    String resume = Resume.path(settings.resume(), directory);
    if (resume != null) {
      configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, resume);
    }
    return configuration;
  }

  /** Flink's settings that no flag changes. */
  static Configuration pipelineConfiguration() {
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.MAX_PARALLELISM, MAX_PARALLELISM);
    configuration.set(PipelineOptions.OBJECT_REUSE, true);
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
    configuration.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, CHECKPOINT_TIMEOUT);
    // While Elasticsearch is away, checkpoints cannot complete; that is no reason to restart.
    configuration.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, TOLERABLE_FAILED_CHECKPOINTS);
    configuration.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
        Duration.ofSeconds(1));
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
        Duration.ofSeconds(30));
    return configuration;
  }

  private static List<AggregateDefinition> definitions(JobSettings settings) throws UsageException {
    List<AggregateDefinition> definitions = new ArrayList<>();
    try {
      for (AggregateDefinition definition : AggregatesFile.read(settings.aggregates())) {
        definitions.add(definition.withLateness(settings.lateness().toMillis()));
      }
    } catch (AggregatesException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    return definitions;
  }

  /** The topics that any aggregate needs. */
  private static Map<String, Signal> topics(
      JobSettings settings, List<AggregateDefinition> definitions) {
    Map<String, Signal> topics = new HashMap<>();
    for (AggregateDefinition definition : definitions) {
      String topic = settings.topics().get(definition.signal());
      if (topic != null) {
        topics.put(topic, definition.signal());
      }
    }
    return topics;
  }

  private static SourceSettings source(JobSettings settings) {
    return new SourceSettings(
        settings.brokers(),
        settings.group(),
        settings.fromLatest() ? System.currentTimeMillis() : -1,
        settings.bounded(),
        settings.outOfOrderness().toMillis(),
        settings.quiet().toMillis());
  }
}
