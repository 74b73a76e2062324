package io.millrace.exporter.kafka;

import io.millrace.api.component.ExportOutcome.RejectedItem;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Item;
import io.millrace.api.telemetry.KafkaHeaders;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.Signal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Makes Kafka records of a shipment, none larger than allowed. Thread-safe.
 *
 * <p>A broker whose limit is lower than configured teaches it by refusing a record: later batches
 * are split smaller, down to single items, which only the broker itself rejects.
 */
final class RecordMaker {
  /** More than a record batch, a record and the lengths in them take. */
  private static final int RECORD_OVERHEAD = 128;

  /** More than the lengths of a header's name and value take. */
  private static final int HEADER_OVERHEAD = 10;

  private static final int MIN_SPLIT_BYTES = 1024;

  private final KafkaExporterConfig config;
  private final Map<Signal, RecordEncoding> encodings = new EnumMap<>(Signal.class);
  private final Map<String, String> staticHeaders;
  private final int maxBytes;
  private volatile int splitBytes;

  RecordMaker(KafkaExporterConfig config) {
    this.config = config;
    this.staticHeaders = config.headers();
    this.maxBytes = (int) config.producer().maxMessageBytes().bytes();
    this.splitBytes = maxBytes;
    for (Signal signal : Signal.readable()) {
      RecordEncoding.find(config.encodingOf(signal), signal)
          .ifPresent(encoding -> encodings.put(signal, encoding));
    }
  }

  /** Takes records as they are made. */
  interface Sink {
    /**
     * Takes a record.
     *
     * @param items the items in it, as they stand in the batch to export
     * @return whether to go on; otherwise the rest of the shipment is not made
     */
    boolean send(ProducerRecord<byte[], byte[]> record, int[] items);

    /** Takes an item that is too large. */
    void reject(RejectedItem item);
  }

  /**
   * Makes the records of a shipment in order.
   *
   * @return false when the sink wanted no more
   */
  boolean make(Shipment shipment, RequestContext context, Sink sink) {
    Batch part = shipment.part();
    RecordEncoding encoding = encoding(part.signal());
    if (encoding.single()) {
      for (int i = 0; i < part.itemCount(); i++) {
        if (!one(shipment.slice(i, i + 1), context, encoding, sink)) {
          return false;
        }
      }
      return true;
    }
    int room = splitBytes - RECORD_OVERHEAD - headerEstimate(part);
    if (part.sizeBytes() <= room) {
      return one(shipment, context, encoding, sink);
    }
    int from = 0;
    for (Batch piece : part.splitByBytes(Math.max(room, MIN_SPLIT_BYTES / 2))) {
      int to = from + piece.itemCount();
      Shipment slice =
          new Shipment(
              shipment.destination(), piece, Arrays.copyOfRange(shipment.items(), from, to));
      if (!one(slice, context, encoding, sink)) {
        return false;
      }
      from = to;
    }
    return true;
  }

  /** A broker refused a record of that many bytes. */
  void learn(int refusedBytes) {
    splitBytes = Math.max(MIN_SPLIT_BYTES, Math.min(splitBytes, refusedBytes / 2));
  }

  /** More bytes than a record has on the wire before compression. */
  static int sizeOf(ProducerRecord<byte[], byte[]> record) {
    long size = RECORD_OVERHEAD + (long) record.value().length;
    byte[] key = record.key();
    size += key == null ? 0 : key.length;
    for (Header header : record.headers()) {
      size += HEADER_OVERHEAD + header.key().length() * 3L;
      size += header.value() == null ? 0 : header.value().length;
    }
    return (int) Math.min(Integer.MAX_VALUE, size);
  }

  private boolean one(
      Shipment shipment, RequestContext context, RecordEncoding encoding, Sink sink) {
    ProducerRecord<byte[], byte[]> record = record(shipment, context, encoding);
    int size = sizeOf(record);
    int count = shipment.items().length;
    if (size > splitBytes && count > 1) {
      return one(shipment.slice(0, count / 2), context, encoding, sink)
          && one(shipment.slice(count / 2, count), context, encoding, sink);
    }
    if (size > maxBytes) {
      sink.reject(
          new RejectedItem(
              shipment.items()[0],
              String.format(
                  Locale.ROOT,
                  "a record of %d bytes (expected: at most producer.max_message_bytes, %d)",
                  size,
                  maxBytes)));
      return true;
    }
    return sink.send(record, shipment.items());
  }

  private ProducerRecord<byte[], byte[]> record(
      Shipment shipment, RequestContext context, RecordEncoding encoding) {
    Destination destination = shipment.destination();
    Batch part = shipment.part();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            destination.topic(), destination.partition(), destination.key(), encoding.encode(part));
    Headers headers = record.headers();
    if (!part.origins().isNone()) {
      headers.add(KafkaHeaders.ORIGINS, part.origins().encode());
    }
    TimeRange range = new TimeRange();
    part.forEachItem((group, scope, item) -> range.add(item));
    headers.add(KafkaHeaders.TIME_MIN, bytes(range.min));
    headers.add(KafkaHeaders.TIME_MAX, bytes(range.max));
    if (encoding == RecordEncoding.OTLP_PROTO) {
      headers.add(KafkaHeaders.SCHEMA, bytes(KafkaHeaders.schema(part.signal())));
    }
    if (config.signalHeader()) {
      headers.add("otelcol.signal", bytes(part.signal().id()));
    }
    staticHeaders.forEach((name, value) -> headers.add(name, bytes(value)));
    for (String key : config.includeMetadataKeys()) {
      for (String value :
          context.metadata().getOrDefault(key.toLowerCase(Locale.ROOT), List.of())) {
        headers.add(key, bytes(value));
      }
    }
    return record;
  }

  private RecordEncoding encoding(Signal signal) {
    return Objects.requireNonNull(encodings.get(signal));
  }

  private static int headerEstimate(Batch part) {
    return part.origins().isNone() ? 0 : part.origins().runs().size() * MIN_SPLIT_BYTES / 8;
  }

  private static byte[] bytes(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Earliest and latest event time, unsigned; the observed time stands in for a log's own. */
  private static final class TimeRange {
    private long min;
    private long max;

    void add(Item item) {
      long time = item.timeUnixNanos();
      if (time == 0 && item instanceof LogRecord log) {
        time = log.observedTimeUnixNanos();
      }
      if (time == 0) {
        return;
      }
      if (min == 0 || Long.compareUnsigned(time, min) < 0) {
        min = time;
      }
      if (Long.compareUnsigned(time, max) > 0) {
        max = time;
      }
    }
  }
}
