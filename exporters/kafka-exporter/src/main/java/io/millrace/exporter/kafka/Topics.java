package io.millrace.exporter.kafka;

import io.millrace.toolkit.kafka.KafkaClientSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Knows how many partitions topics have. Thread-safe.
 *
 * <p>A producer that asks for a topic allows the broker to make it. Where that is not wanted, an
 * administrator's request, which never makes one, comes first.
 */
final class Topics {
  private final KafkaClientSettings client;
  private final boolean autoCreation;
  private final Set<String> known = ConcurrentHashMap.newKeySet();

  Topics(KafkaClientSettings client, boolean autoCreation) {
    this.client = client;
    this.autoCreation = autoCreation;
  }

  /**
   * The number of partitions of a topic. Blocks up to {@code max.block.ms} when it is not known.
   */
  int partitions(Producer<byte[], byte[]> producer, String topic)
      throws UndeliverableException, InterruptedException {
    if (!autoCreation && !known.contains(topic)) {
      requireExists(topic);
      known.add(topic);
    }
    try {
      return producer.partitionsFor(topic).size();
    } catch (InterruptException e) {
      Thread.interrupted();
      throw (InterruptedException) new InterruptedException().initCause(e);
    } catch (KafkaException e) {
      known.remove(topic);
      throw undeliverable(e, topic);
    }
  }

  private void requireExists(String topic) throws UndeliverableException, InterruptedException {
    Map<String, Object> properties = client.properties();
    int limit = (int) Producers.MAX_BLOCK.toMillis();
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, limit);
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, limit);
    Admin admin;
    try {
      admin = Admin.create(properties);
    } catch (KafkaException e) {
      throw undeliverable(e, topic);
    }
    try {
      admin.describeTopics(List.of(topic)).allTopicNames().get();
    } catch (ExecutionException e) {
      throw undeliverable(e.getCause() == null ? e : e.getCause(), topic);
    } finally {
      admin.close(Duration.ZERO);
    }
  }

  private UndeliverableException undeliverable(Throwable error, String topic) {
    return new UndeliverableException(Failure.of(error, topic, client.brokers()).reason(), error);
  }
}
