package io.millrace.flink.source;

import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.KafkaHeaders;
import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.api.telemetry.Origins;
import io.millrace.api.telemetry.Signal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Reads the headers of Kafka records; the value stays encoded unless the headers do not tell the
 * time of its events. Never refuses a record: what cannot be read says so in {@link
 * TelemetryRecord#problem()}. One thread at a time.
 */
final class TelemetryRecordReader implements KafkaRecordDeserializationSchema<TelemetryRecord> {

  private static final long serialVersionUID = 1L;

  private static final byte[] NONE = {};

  @SuppressWarnings("serial") // Map.copyOf makes serializable maps
  private final Map<String, Signal> topics;

  private final Properties kafka;

  private transient @Nullable StreamNames streams;

  /**
   * @param topics the signal of every topic
   * @param kafka client properties, to look up the identity of topics
   */
  TelemetryRecordReader(Map<String, Signal> topics, Properties kafka) {
    this.topics = Map.copyOf(topics);
    this.kafka = kafka;
  }

  @Override
  public void open(DeserializationSchema.InitializationContext context) {
    streams = new StreamNames(kafka);
  }

  @Override
  public void deserialize(
      ConsumerRecord<byte[], byte[]> kafkaRecord, Collector<TelemetryRecord> out)
      throws IOException {
    Signal signal = topics.get(kafkaRecord.topic());
    if (signal == null) {
      throw new IOException("Record of a topic that was not asked for: " + kafkaRecord.topic());
    }
    byte[] value = kafkaRecord.value() == null ? NONE : kafkaRecord.value();
    try {
      read(kafkaRecord, signal, value, out);
    } catch (MalformedTelemetryException e) {
      out.collect(unreadable(kafkaRecord, signal, value, String.valueOf(e.getMessage())));
    }
  }

  @Override
  public TypeInformation<TelemetryRecord> getProducedType() {
    return TypeInformation.of(TelemetryRecord.class);
  }

  private void read(
      ConsumerRecord<byte[], byte[]> kafkaRecord,
      Signal signal,
      byte[] value,
      Collector<TelemetryRecord> out)
      throws MalformedTelemetryException, IOException {
    if (kafkaRecord.value() == null) {
      throw new MalformedTelemetryException("no value (expected: an OTLP export request)", -1);
    }
    checkSchema(kafkaRecord, signal);
    byte @Nullable [] encoded = header(kafkaRecord, KafkaHeaders.ORIGINS);
    Batch batch = null;
    Long timeMax = timeMax(kafkaRecord);
    if (timeMax == null) {
      batch = Batch.read(signal, value);
      timeMax = EventTime.latest(batch, kafkaRecord.timestamp());
    }
    if (encoded == null) {
      String stream = streams().of(kafkaRecord.topic(), kafkaRecord.partition());
      out.collect(record(kafkaRecord, signal, stream, 0, timeMax, value, NONE));
      return;
    }
    Origins origins = Origins.decode(encoded);
    List<Origins.Run> runs = origins.runs();
    if (runs.size() == 1) {
      out.collect(record(kafkaRecord, signal, runs.get(0).stream(), 0, timeMax, value, encoded));
      return;
    }
    if (batch == null) {
      batch = Batch.read(signal, value);
    }
    if (origins.size() != batch.itemCount()) {
      throw new MalformedTelemetryException(
          origins.size() + " origins for " + batch.itemCount() + " items", -1);
    }
    for (int i = 0; i < runs.size(); i++) {
      Origins.Run run = runs.get(i);
      byte[] part = batch.slice(run.fromItem(), run.toItem()).toBytes();
      byte[] partOrigins = origins.slice(run.fromItem(), run.toItem()).encode();
      out.collect(record(kafkaRecord, signal, run.stream(), i, timeMax, part, partOrigins));
    }
  }

  private static TelemetryRecord record(
      ConsumerRecord<byte[], byte[]> kafkaRecord,
      Signal signal,
      String stream,
      int part,
      long timeMax,
      byte[] value,
      byte[] origins) {
    return new TelemetryRecord(
        stream,
        signal,
        kafkaRecord.topic(),
        kafkaRecord.partition(),
        kafkaRecord.offset(),
        part,
        kafkaRecord.timestamp(),
        Math.min(timeMax, TelemetryRecord.latestTime(kafkaRecord.timestamp())),
        Long.MIN_VALUE,
        value,
        origins,
        "");
  }

  /** A record that tells nothing about time: it does not move its partition's clock. */
  private static TelemetryRecord unreadable(
      ConsumerRecord<byte[], byte[]> kafkaRecord, Signal signal, byte[] value, String problem) {
    return new TelemetryRecord(
        "unreadable/" + kafkaRecord.topic() + "/" + kafkaRecord.partition(),
        signal,
        kafkaRecord.topic(),
        kafkaRecord.partition(),
        kafkaRecord.offset(),
        0,
        kafkaRecord.timestamp(),
        Long.MIN_VALUE,
        Long.MIN_VALUE,
        value,
        NONE,
        problem);
  }

  private static void checkSchema(ConsumerRecord<byte[], byte[]> kafkaRecord, Signal signal)
      throws MalformedTelemetryException {
    byte @Nullable [] schema = header(kafkaRecord, KafkaHeaders.SCHEMA);
    String expected = KafkaHeaders.schema(signal);
    if (schema != null && !expected.equals(new String(schema, StandardCharsets.UTF_8))) {
      throw new MalformedTelemetryException(
          "header "
              + KafkaHeaders.SCHEMA
              + ": \""
              + new String(schema, StandardCharsets.UTF_8)
              + "\" (expected: \""
              + expected
              + "\")",
          -1);
    }
  }

  /** Milliseconds; null without the header. */
  private static @Nullable Long timeMax(ConsumerRecord<byte[], byte[]> kafkaRecord)
      throws MalformedTelemetryException {
    byte @Nullable [] nanos = header(kafkaRecord, KafkaHeaders.TIME_MAX);
    if (nanos == null) {
      return null;
    }
    if (nanos.length != Long.BYTES) {
      throw new MalformedTelemetryException(
          "header " + KafkaHeaders.TIME_MAX + ": " + nanos.length + " bytes (expected: 8)", -1);
    }
    return EventTime.millis(ByteBuffer.wrap(nanos).getLong(), kafkaRecord.timestamp());
  }

  private static byte @Nullable [] header(ConsumerRecord<byte[], byte[]> kafkaRecord, String name) {
    Header header = kafkaRecord.headers().lastHeader(name);
    return header == null ? null : header.value();
  }

  private StreamNames streams() {
    if (streams == null) {
      throw new IllegalStateException("Not opened");
    }
    return streams;
  }
}
