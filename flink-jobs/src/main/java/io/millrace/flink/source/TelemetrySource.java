package io.millrace.flink.source;

import io.millrace.api.telemetry.Signal;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Flink's Kafka source with clocks: see {@link TelemetryReader}. Use it with {@code
 * WatermarkStrategy.noWatermarks()}, since it sends its own.
 */
public final class TelemetrySource
    implements Source<TelemetryRecord, KafkaPartitionSplit, KafkaSourceEnumState>,
        ResultTypeQueryable<TelemetryRecord> {

  private static final long serialVersionUID = 1L;

  private final KafkaSource<TelemetryRecord> kafka;
  private final Properties clientProperties;
  private final long outOfOrdernessMillis;
  private final long quietMillis;

  private TelemetrySource(
      KafkaSource<TelemetryRecord> kafka,
      Properties clientProperties,
      long outOfOrdernessMillis,
      long quietMillis) {
    this.kafka = kafka;
    this.clientProperties = clientProperties;
    this.outOfOrdernessMillis = outOfOrdernessMillis;
    this.quietMillis = quietMillis;
  }

  /**
   * Creates a source.
   *
   * @param topics the signal of every topic to read
   * @param settings where and how
   */
  public static TelemetrySource of(Map<String, Signal> topics, SourceSettings settings) {
    Properties client = new Properties();
    client.setProperty("bootstrap.servers", settings.brokers());
    KafkaSourceBuilder<TelemetryRecord> builder =
        KafkaSource.<TelemetryRecord>builder()
            .setBootstrapServers(settings.brokers())
            .setTopics(new ArrayList<>(topics.keySet()))
            .setGroupId(settings.group())
            .setClientIdPrefix(settings.group())
            .setStartingOffsets(
                settings.startTimestamp() < 0
                    ? OffsetsInitializer.earliest()
                    : OffsetsInitializer.timestamp(settings.startTimestamp()))
            // The consumer registers the same names for each of its parts: a hundred warnings.
            .setProperty("register.consumer.metrics", "false")
            .setDeserializer(new TelemetryRecordReader(topics, client));
    if (settings.bounded()) {
      builder.setBounded(OffsetsInitializer.latest());
    } else {
      builder.setProperty("partition.discovery.interval.ms", "30000");
    }
    // What is there now will all be read; no clock needs to run ahead of it.
    long quietMillis = settings.bounded() ? 0 : settings.quietMillis();
    return new TelemetrySource(
        build(builder), client, settings.outOfOrdernessMillis(), quietMillis);
  }

  @Override
  public Boundedness getBoundedness() {
    return kafka.getBoundedness();
  }

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> createEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context) {
    return kafka.createEnumerator(context);
  }

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState state)
      throws Exception {
    return kafka.restoreEnumerator(context, state);
  }

  @Override
  public SimpleVersionedSerializer<KafkaPartitionSplit> getSplitSerializer() {
    return new ClockedSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<KafkaSourceEnumState> getEnumeratorCheckpointSerializer() {
    return kafka.getEnumeratorCheckpointSerializer();
  }

  @Override
  public SourceReader<TelemetryRecord, KafkaPartitionSplit> createReader(
      SourceReaderContext context) throws Exception {
    return new TelemetryReader(
        kafka.createReader(context),
        new PartitionEnds(clientProperties),
        outOfOrdernessMillis,
        quietMillis,
        System::nanoTime);
  }

  @Override
  public TypeInformation<TelemetryRecord> getProducedType() {
    return TypeInformation.of(TelemetryRecord.class);
  }

  /**
   * Builds under the root locale: the connector puts EARLIEST into lower case in the default one,
   * and Kafka refuses what becomes of it in Turkish.
   */
  private static KafkaSource<TelemetryRecord> build(KafkaSourceBuilder<TelemetryRecord> builder) {
    Locale locale = Locale.getDefault();
    Locale.setDefault(Locale.ROOT);
    try {
      return builder.build();
    } finally {
      Locale.setDefault(locale);
    }
  }
}
