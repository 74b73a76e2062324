package io.millrace.flink;

import io.millrace.api.telemetry.KafkaHeaders;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.LogsBuilder;
import io.millrace.api.telemetry.Origins;
import io.millrace.api.telemetry.Value;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes logs to a topic the way agents do, with repeats, and keeps the ledger. Event time runs
 * with the number of events, the same in every run with the same seed. One thread at a time.
 */
final class KafkaEvents implements AutoCloseable {

  private static final int STREAMS = 12;
  private static final String[] SERVICES = {"shop", "cart", "pay"};

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final int partitions;
  private final Random random;
  private final List<Future<RecordMetadata>> sent = new ArrayList<>();
  private final List<Rejected> rejected = new ArrayList<>();
  private final long[] positions = new long[STREAMS];
  private final TreeMap<String, Long> byGroup = new TreeMap<>();
  private final Map<String, Long> valuesByGroup = new HashMap<>();

  private long time;
  private long distinct;
  private long unreadable;

  /** What the agent has put aside. */
  private record Rejected(int stream, Logs logs) {}

  /**
   * @param time the first event's time, milliseconds since the epoch
   */
  KafkaEvents(String brokers, String topic, int partitions, long time) {
    Properties properties = new Properties();
    properties.setProperty("bootstrap.servers", brokers);
    properties.setProperty("linger.ms", "5");
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    this.topic = topic;
    this.partitions = partitions;
    this.random = new Random(time);
    this.time = time;
  }

  /** Writes that many batches of 50; every seventh is sent twice. 20 ms lie between events. */
  void batches(int count) {
    for (int i = 0; i < count; i++) {
      int stream = random.nextInt(STREAMS);
      Logs logs = batch(stream, 50, 0);
      send(stream, logs);
      if (i % 7 == 0) {
        send(stream, logs);
      }
    }
    flush();
  }

  /** Writes a batch whose events are that much older than their neighbours. */
  void old(int size, long ageMillis) {
    int stream = random.nextInt(STREAMS);
    send(stream, batch(stream, size, ageMillis));
    flush();
  }

  /** Makes a batch that the agent puts aside: nothing is written, and its stream has a gap. */
  void reject(int size) {
    int stream = random.nextInt(STREAMS);
    rejected.add(new Rejected(stream, batch(stream, size, 0)));
  }

  /** Writes what was put aside, as a replay of dead letters does; they stay, to come again. */
  void replay() {
    rejected.forEach(each -> send(each.stream, each.logs));
    flush();
  }

  /** Forgets what was put aside. */
  void forgetRejected() {
    rejected.clear();
  }

  /** Writes what a collector without origins would, which has an identity of its own each time. */
  void foreign(int size) {
    int stream = random.nextInt(STREAMS);
    Logs logs = batch(stream, size, 0);
    positions[stream] -= size;
    sent.add(
        producer.send(
            new ProducerRecord<>(topic, stream % partitions, time, null, logs.toBytes())));
    flush();
  }

  /** Writes what is no OTLP. */
  void garbage(int count) {
    for (int i = 0; i < count; i++) {
      sent.add(
          producer.send(
              new ProducerRecord<>(
                  topic, i % partitions, time, null, new byte[] {(byte) i, 7, 7})));
      unreadable++;
    }
    flush();
  }

  /** Writes nothing for that long, in event time. */
  void pause(long millis) {
    time += millis;
  }

  long distinct() {
    return distinct;
  }

  long unreadable() {
    return unreadable;
  }

  /** Events by {@code service|severity}. */
  Map<String, Long> byGroup() {
    return byGroup;
  }

  /** Sums of the attribute {@code ms} by {@code service|severity}. */
  Map<String, Long> valuesByGroup() {
    return valuesByGroup;
  }

  @Override
  public void close() {
    producer.close();
  }

  private void flush() {
    producer.flush();
    sent.forEach(KafkaEvents::check);
    sent.clear();
  }

  private static void check(Future<RecordMetadata> written) {
    try {
      written.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka did not take a record", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Logs batch(int stream, int size, long ageMillis) {
    String service = SERVICES[stream % SERVICES.length];
    LogsBuilder builder = Logs.builder();
    builder.resource(resource -> resource.put("service.name", Value.of(service)));
    for (int i = 0; i < size; i++) {
      boolean error = random.nextInt(10) == 0;
      long ms = random.nextInt(2_000);
      long position = positions[stream]++;
      builder
          .record()
          .timeUnixNanos(TimeUnit.MILLISECONDS.toNanos(time - ageMillis - random.nextInt(1_000)))
          .severity(error ? 17 : 9, error ? "ERROR" : "INFO")
          .body(Value.of("line " + position))
          .put("ms", Value.of(ms))
          .origin("file/agent/" + stream + "/1", position, position + 1, 0);
      time += 20;
      distinct++;
      byGroup.merge(service + "|" + (error ? "ERROR" : "INFO"), 1L, Long::sum);
      valuesByGroup.merge(service + "|" + (error ? "ERROR" : "INFO"), ms, Long::sum);
    }
    return builder.build();
  }

  private void send(int stream, Logs logs) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic, stream % partitions, time, null, logs.withOrigins(Origins.NONE).toBytes());
    record.headers().add(KafkaHeaders.ORIGINS, logs.origins().encode());
    record
        .headers()
        .add(
            KafkaHeaders.SCHEMA,
            KafkaHeaders.schema(logs.signal()).getBytes(StandardCharsets.UTF_8));
    long[] max = {0};
    logs.forEachItem((group, scope, item) -> max[0] = Math.max(max[0], item.timeUnixNanos()));
    record
        .headers()
        .add(KafkaHeaders.TIME_MAX, ByteBuffer.allocate(Long.BYTES).putLong(max[0]).array());
    sent.add(producer.send(record));
  }
}
