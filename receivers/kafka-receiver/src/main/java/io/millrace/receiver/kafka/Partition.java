package io.millrace.receiver.kafka;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Deliveries;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.EditableGroup;
import io.millrace.api.telemetry.KafkaHeaders;
import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.api.telemetry.Origins;
import io.millrace.api.telemetry.Value;
import io.millrace.receiver.kafka.KafkaReceiverConfig.ErrorBackoffConfig;
import io.millrace.receiver.kafka.KafkaReceiverConfig.HeaderExtractionConfig;
import io.millrace.receiver.kafka.Window.Entry;
import io.millrace.receiver.kafka.Window.State;
import io.millrace.toolkit.source.AgeBound;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * An assigned partition: hands its records on, one after the other, on a virtual thread, and knows
 * up to where they have been delivered. Lives from assignment to revocation. Thread-safe.
 *
 * <p>A record keeps the origins in its header when there is one for each item; otherwise item
 * <i>i</i> of the record at offset <i>o</i> has [o, o + 1) and sub-index i in the stream {@code
 * kafka/<cluster>/<topic id>/<partition>}.
 */
final class Partition implements AgeBound.Source {
  private final ComponentContext context;
  private final TopicPartition name;
  private final RecordDecoder decoder;
  private final Consumer consumer;
  private final TopicIds topicIds;
  private final ErrorBackoffConfig backoff;
  private final HeaderExtractionConfig headers;
  private final Window window = new Window();
  private final Thread thread;
  private @Nullable String stream;
  private volatile long lag;

  /** What partitions of one receiver share. Immutable. */
  record Shared(ComponentContext context, KafkaReceiverConfig config, TopicIds topicIds) {}

  Partition(Shared shared, TopicPartition name, RecordDecoder decoder, Consumer consumer) {
    this.context = shared.context;
    this.name = name;
    this.decoder = decoder;
    this.consumer = consumer;
    this.topicIds = shared.topicIds;
    this.backoff = shared.config.errorBackoff();
    this.headers = shared.config.headerExtraction();
    this.thread = Thread.ofVirtual().name("kafka-" + name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  Window window() {
    return window;
  }

  @Override
  public String name() {
    return name.toString();
  }

  @Override
  public OptionalLong oldestNanos() {
    return window.oldestNanos();
  }

  /** Records at the broker that have not been delivered, as last seen. */
  long lag() {
    return lag;
  }

  void lag(long records) {
    lag = records;
  }

  /** Hands nothing more on, not even what waits for room. */
  void close() {
    window.close();
    thread.interrupt();
  }

  /** Waits for the end of the thread after {@link #close}. */
  void join(Duration limit) throws InterruptedException {
    boolean ignored = thread.join(limit);
  }

  private void run() {
    try {
      for (Entry entry = window.take(); entry != null; entry = window.take()) {
        handle(entry);
      }
    } catch (InterruptedException e) {
      context.logger().debug("Partition {} was given up", name);
    } catch (RuntimeException e) {
      context
          .logger()
          .atError()
          .setCause(e)
          .addKeyValue("partition", name)
          .log("Partition is blocked by a failure of the receiver itself");
    }
  }

  private void handle(Entry entry) throws InterruptedException {
    ConsumerRecord<byte[], byte[]> record = entry.record();
    byte[] value = record.value();
    if (value == null || value.length == 0) {
      window.end(entry, State.DELIVERED, "", 0);
      return;
    }
    Batch batch;
    try {
      batch = batch(record, value);
    } catch (MalformedTelemetryException | IOException e) {
      putAside(entry, null, "cannot be decoded: " + e.getMessage());
      return;
    } catch (KafkaException e) {
      refused(entry, Poller.text(e), null);
      return;
    }
    if (entry.rejected()) {
      putAside(entry, batch, entry.reason());
    } else if (batch.isEmpty()) {
      window.end(entry, State.DELIVERED, "", 0);
    } else {
      consumer.accept(
          new Parcel(
              batch, Deliveries.replayable(outcome -> ended(entry, outcome)), request(record)));
    }
  }

  private void ended(Entry entry, Outcome outcome) {
    switch (outcome) {
      case Outcome.Delivered delivered -> window.end(entry, State.DELIVERED, "", 0);
      case Outcome.Refused refused -> refused(entry, refused.reason(), refused.retryAfter());
      case Outcome.Rejected rejected -> window.end(entry, State.REJECTED, rejected.reason(), 0);
      case Outcome.Stopped stopped -> window.end(entry, State.STOPPED, "", 0);
    }
  }

  private void refused(Entry entry, String reason, @Nullable Duration after) {
    Duration wait = backoff.before(entry.attempts() - 1);
    if (after != null && after.compareTo(wait) > 0) {
      wait = after;
    }
    if (entry.attempts() == 1) {
      context
          .logger()
          .atInfo()
          .addKeyValue("partition", name)
          .addKeyValue("offset", entry.record().offset())
          .addKeyValue("reason", reason)
          .log("Record was refused and comes again");
    }
    window.end(entry, State.REFUSED, reason, wait.toNanos());
  }

  /** To the dead letters; when even they do not take it, the partition waits. */
  private void putAside(Entry entry, @Nullable Batch batch, String reason) {
    ConsumerRecord<byte[], byte[]> record = entry.record();
    try {
      if (batch == null) {
        context
            .deadLetters()
            .putRaw(record.value(), "kafka/" + name + "@" + record.offset(), reason);
      } else {
        context.deadLetters().put(batch, reason);
      }
      window.end(entry, State.DELIVERED, "", 0);
    } catch (IOException e) {
      long wait = backoff.before(entry.attempts() - 1).toNanos();
      if (entry.attempts() <= 2) {
        context
            .logger()
            .atWarn()
            .addKeyValue("partition", name)
            .addKeyValue("reason", e.getMessage())
            .log("Dead letters cannot be written; the partition waits");
      }
      window.end(entry, batch == null ? State.REFUSED : State.REJECTED, reason, wait);
    }
  }

  private Batch batch(ConsumerRecord<byte[], byte[]> record, byte[] value)
      throws MalformedTelemetryException, IOException, InterruptedException {
    Batch batch = decoder.decode(value, record.timestamp());
    if (headers.extractHeaders()) {
      batch = withHeaders(batch, record);
    }
    Origins origins = sent(record, batch.itemCount());
    return batch.withOrigins(origins == null ? own(record.offset(), batch.itemCount()) : origins);
  }

  private static @Nullable Origins sent(ConsumerRecord<byte[], byte[]> record, int items) {
    Header header = record.headers().lastHeader(KafkaHeaders.ORIGINS);
    if (header == null || header.value() == null) {
      return null;
    }
    try {
      Origins origins = Origins.decode(header.value());
      return origins.size() == items ? origins : null;
    } catch (MalformedTelemetryException e) {
      return null;
    }
  }

  private Origins own(long offset, int items) throws InterruptedException {
    if (stream == null) {
      stream = topicIds.stream(name.topic(), name.partition());
    }
    Origins.Builder builder = Origins.builder();
    for (int i = 0; i < items; i++) {
      builder.add(stream, offset, offset + 1, i);
    }
    return builder.build();
  }

  private Batch withHeaders(Batch batch, ConsumerRecord<byte[], byte[]> record) {
    Map<String, Value> found = new HashMap<>();
    for (String key : headers.headers()) {
      Header header = record.headers().lastHeader(key);
      if (header != null && header.value() != null) {
        found.put(
            "kafka.header." + key, Value.of(new String(header.value(), StandardCharsets.UTF_8)));
      }
    }
    if (found.isEmpty()) {
      return batch;
    }
    return batch.edit(
        session -> {
          for (EditableGroup group : session.groups()) {
            found.forEach(group.attributes()::put);
          }
        });
  }

  private RequestContext request(ConsumerRecord<byte[], byte[]> record) {
    Map<String, List<String>> metadata = new HashMap<>();
    metadata.put("kafka.topic", List.of(record.topic()));
    metadata.put("kafka.partition", List.of(Integer.toString(record.partition())));
    metadata.put("kafka.offset", List.of(Long.toString(record.offset())));
    for (Header header : record.headers()) {
      if (header.value() != null && !header.key().startsWith("millrace-")) {
        metadata
            .computeIfAbsent(header.key().toLowerCase(Locale.ROOT), k -> new ArrayList<>())
            .add(new String(header.value(), StandardCharsets.UTF_8));
      }
    }
    Instant now = context.clock().instant();
    return new RequestContext(
        metadata, null, TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano());
  }
}
