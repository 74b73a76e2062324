package io.millrace.demo.ledger;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.api.telemetry.KafkaHeaders;
import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.api.telemetry.Origins;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a topic from its beginning to the end it has now, and decodes the events with the generated
 * classes of opentelemetry-proto, not with Millrace's model. One thread at a time.
 */
final class KafkaReader {
  private final String bootstrap;

  KafkaReader(String bootstrap) {
    this.bootstrap = bootstrap;
  }

  /**
   * What a topic holds.
   *
   * @param events distinct events and their event times in nanoseconds since 1970
   * @param repeated events that stand in the topic more than once
   * @param undecodable records that are no OTLP
   */
  record Content(SortedMap<Origin, Long> events, long repeated, long undecodable) {}

  Content read(LedgerPlan.Topic topic) throws IOException {
    SortedMap<Origin, Long> events = new TreeMap<>();
    long[] counts = new long[2];
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          add(topic, record, events, counts);
        }
      }
    }
    return new Content(events, counts[0], counts[1]);
  }

  private static void add(
      LedgerPlan.Topic topic,
      ConsumerRecord<byte[], byte[]> record,
      SortedMap<Origin, Long> events,
      long[] counts)
      throws IOException {
    List<Long> times;
    try {
      times = times(topic.signal(), record.value());
    } catch (InvalidProtocolBufferException e) {
      counts[1]++;
      return;
    }
    List<Origin> origins = origins(record, times.size());
    for (int i = 0; i < times.size(); i++) {
      // The first counts: a record without a time of its own is observed anew when it is read
      // again.
      if (events.putIfAbsent(origins.get(i), times.get(i)) != null) {
        counts[0]++;
      }
    }
  }

  private static List<Origin> origins(ConsumerRecord<byte[], byte[]> record, int items)
      throws IOException {
    Header header = record.headers().lastHeader(KafkaHeaders.ORIGINS);
    List<Origin> origins = new ArrayList<>(items);
    if (header == null) {
      for (int i = 0; i < items; i++) {
        origins.add(
            new Origin(
                record.topic() + "/" + record.partition(),
                record.offset(),
                record.offset() + 1,
                i));
      }
      return origins;
    }
    try {
      Origins decoded = Origins.decode(header.value());
      if (decoded.size() != items) {
        throw new IOException(
            record.topic()
                + "-"
                + record.partition()
                + "@"
                + record.offset()
                + ": "
                + decoded.size()
                + " origins for "
                + items
                + " events");
      }
      for (int i = 0; i < items; i++) {
        origins.add(
            new Origin(decoded.stream(i), decoded.start(i), decoded.end(i), decoded.sub(i)));
      }
      return origins;
    } catch (MalformedTelemetryException e) {
      throw new IOException("origins of " + record.topic() + "@" + record.offset(), e);
    }
  }

  /**
   * The event times of a request's items, in order, as the job has them: a log's time or when it
   * was observed, a span's end, a data point's time.
   */
  private static List<Long> times(String signal, byte[] value)
      throws InvalidProtocolBufferException {
    List<Long> times = new ArrayList<>();
    switch (signal) {
      case "logs" ->
          ExportLogsServiceRequest.parseFrom(value)
              .getResourceLogsList()
              .forEach(
                  resource ->
                      resource
                          .getScopeLogsList()
                          .forEach(
                              scope ->
                                  scope
                                      .getLogRecordsList()
                                      .forEach(
                                          log ->
                                              times.add(
                                                  log.getTimeUnixNano() != 0
                                                      ? log.getTimeUnixNano()
                                                      : log.getObservedTimeUnixNano()))));
      case "traces" ->
          ExportTraceServiceRequest.parseFrom(value)
              .getResourceSpansList()
              .forEach(
                  resource ->
                      resource
                          .getScopeSpansList()
                          .forEach(
                              scope ->
                                  scope
                                      .getSpansList()
                                      .forEach(span -> times.add(span.getEndTimeUnixNano()))));
      case "metrics" ->
          ExportMetricsServiceRequest.parseFrom(value)
              .getResourceMetricsList()
              .forEach(
                  resource ->
                      resource
                          .getScopeMetricsList()
                          .forEach(
                              scope ->
                                  scope.getMetricsList().forEach(metric -> times(metric, times))));
      default -> throw new IllegalArgumentException("signal: " + signal);
    }
    return times;
  }

  private static void times(Metric metric, List<Long> times) {
    metric.getGauge().getDataPointsList().forEach(point -> times.add(point.getTimeUnixNano()));
    metric.getSum().getDataPointsList().forEach(point -> times.add(point.getTimeUnixNano()));
    metric.getHistogram().getDataPointsList().forEach(point -> times.add(point.getTimeUnixNano()));
    metric
        .getExponentialHistogram()
        .getDataPointsList()
        .forEach(point -> times.add(point.getTimeUnixNano()));
    metric.getSummary().getDataPointsList().forEach(point -> times.add(point.getTimeUnixNano()));
  }

  private Properties properties() {
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    return properties;
  }
}
