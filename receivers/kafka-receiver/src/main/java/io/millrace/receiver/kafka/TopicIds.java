package io.millrace.receiver.kafka;

import io.millrace.toolkit.kafka.KafkaClientSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the cluster who it is and what ids its topics have: a topic that was deleted and made again
 * under the same name is another one. Thread-safe.
 */
final class TopicIds implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Map<String, Object> properties;
  private @Nullable Admin admin;
  private @Nullable String clusterId;
  private boolean closed;

  TopicIds(KafkaClientSettings client) {
    properties = client.properties();
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) LIMIT.toMillis());
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) LIMIT.toMillis());
  }

  /**
   * The name of the origin stream of a topic's partition.
   *
   * @throws KafkaException when the cluster does not tell
   */
  String stream(String topic, int partition) throws InterruptedException {
    Admin client = admin();
    try {
      TopicDescription description =
          Objects.requireNonNull(
              client.describeTopics(List.of(topic)).allTopicNames().get().get(topic));
      return "kafka/" + clusterId(client) + "/" + description.topicId() + "/" + partition;
    } catch (ExecutionException e) {
      throw new KafkaException(
          "topic \"" + topic + "\": " + Poller.text(e.getCause() == null ? e : e.getCause()), e);
    }
  }

  private synchronized Admin admin() {
    if (closed) {
      throw new KafkaException("closed");
    }
    if (admin == null) {
      admin = Admin.create(properties);
    }
    return admin;
  }

  private synchronized String clusterId(Admin client)
      throws ExecutionException, InterruptedException {
    if (clusterId == null) {
      clusterId = client.describeCluster().clusterId().get();
    }
    return clusterId;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (admin != null) {
      admin.close(Duration.ofMillis(500));
      admin = null;
    }
  }
}
