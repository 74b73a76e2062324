package io.millrace.flink.source;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names the streams of records that carry no origin: {@code kafka/<cluster id>/<topic
 * id>/<partition>}, as an agent's Kafka receiver does. Where the cluster does not let us look, the
 * topic's name stands for the identities. Asks Kafka once for each topic. One thread at a time.
 */
final class StreamNames {

  private static final Logger LOG = LoggerFactory.getLogger(StreamNames.class);
  private static final long TIMEOUT_SECONDS = 30;

  private final Properties kafka;
  private final Map<String, String> prefixes = new HashMap<>();

  StreamNames(Properties kafka) {
    this.kafka = kafka;
  }

  /**
   * The stream of a partition. Blocks up to 30 s on the first record of a topic.
   *
   * @throws IOException when Kafka does not answer; the job restarts and asks again
   */
  String of(String topic, int partition) throws IOException {
    String prefix = prefixes.get(topic);
    if (prefix == null) {
      prefix = lookUp(topic);
      prefixes.put(topic, prefix);
    }
    return prefix + partition;
  }

  private String lookUp(String topic) throws IOException {
    try (Admin admin = Admin.create(kafka)) {
      String cluster = admin.describeCluster().clusterId().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      Map<String, TopicDescription> topics =
          admin
              .describeTopics(List.of(topic))
              .allTopicNames()
              .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      Uuid id = Objects.requireNonNull(topics.get(topic)).topicId();
      return "kafka/" + cluster + "/" + id + "/";
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        LOG.warn(
            "Kafka refuses to describe topic {}; its name identifies the events without an origin",
            topic);
        return "kafka-topic/" + topic + "/";
      }
      throw new IOException("Kafka did not tell the identity of topic " + topic, e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("Kafka did not tell the identity of topic " + topic + " in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while asking for the identity of topic " + topic, e);
    }
  }
}
