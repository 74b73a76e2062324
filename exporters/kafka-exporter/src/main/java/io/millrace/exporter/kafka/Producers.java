package io.millrace.exporter.kafka;

import io.millrace.toolkit.kafka.KafkaClientSettings;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The producer of an exporter: made when it is first needed, since names that do not resolve yet
 * are no reason not to start, and made anew when it has failed for good. Thread-safe.
 *
 * <p>The client's own limits keep what is under way bounded: at most {@code max.block.ms} until a
 * record has a place in the buffer, at most {@code delivery.timeout.ms} until it has an outcome.
 */
final class Producers {
  /** Under the default time-out of an attempt, 5s, so that the reason is the client's. */
  static final Duration MAX_BLOCK = Duration.ofSeconds(4);

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration CLOSE_SLACK = Duration.ofSeconds(1);
  private static final int BATCH_BYTES = 128 * 1024;
  private static final int MIN_BUFFER_BYTES = 16 * 1024 * 1024;
  private static final int REQUEST_SLACK_BYTES = 4096;

  private final KafkaClientSettings client;
  private final Map<String, Object> properties;
  private @Nullable Producer<byte[], byte[]> producer;

  Producers(KafkaClientSettings client, ProducingConfig config) {
    this.client = client;
    this.properties = properties(client, config);
  }

  /** The producer in use. */
  synchronized Producer<byte[], byte[]> current() throws UndeliverableException {
    if (producer == null) {
      try {
        producer =
            new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
      } catch (KafkaException e) {
        throw new UndeliverableException(client.brokers() + ": " + Failure.text(e), e);
      }
    }
    return producer;
  }

  /** Gives a producer up that has failed; the next call of {@link #current} makes another. */
  @SuppressWarnings("ReferenceEquality") // that very one
  void giveUp(Producer<byte[], byte[]> failed) {
    synchronized (this) {
      if (producer != failed) {
        return;
      }
      producer = null;
    }
    failed.close(Duration.ZERO);
  }

  /**
   * Sends what is buffered, as long as the limit allows, and closes the producer.
   *
   * @return false when the client was left behind: while it waits for a broker that accepts
   *     connections and says nothing, it heeds its own request time-out only
   */
  boolean close(Duration limit) throws InterruptedException {
    Producer<byte[], byte[]> last;
    synchronized (this) {
      last = producer;
      producer = null;
    }
    if (last == null) {
      return true;
    }
    Thread closing = Thread.ofVirtual().name("kafka-close").start(() -> last.close(limit));
    return closing.join(limit.plus(CLOSE_SLACK));
  }

  static Map<String, Object> properties(KafkaClientSettings client, ProducingConfig config) {
    Map<String, Object> map = client.properties();
    String acks = config.acks();
    boolean all = acks.equals("all");
    int max = (int) config.maxMessageBytes().bytes();
    map.put(ProducerConfig.ACKS_CONFIG, acks);
    map.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, all);
    map.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, all ? 5 : 1);
    map.put(ProducerConfig.LINGER_MS_CONFIG, config.linger().toMillis());
    map.put(ProducerConfig.BATCH_SIZE_CONFIG, Math.min(BATCH_BYTES, max));
    map.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, max + REQUEST_SLACK_BYTES);
    map.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(MIN_BUFFER_BYTES, 4L * max));
    map.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK.toMillis());
    map.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) REQUEST_TIMEOUT.toMillis());
    map.put(
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
        (int) DELIVERY_TIMEOUT.plus(config.linger()).toMillis());
    map.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, config.compression());
    int level = config.compressionParams().level();
    if (level > 0) {
      map.put("compression." + config.compression() + ".level", level);
    }
    return map;
  }
}
