package io.millrace.receiver.kafka;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.Outputs;
import io.millrace.api.component.Receiver;
import io.millrace.api.component.StartException;
import io.millrace.api.config.DataSize;
import io.millrace.toolkit.kafka.KafkaClientSettings;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.clients.consumer.StickyAssignor;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads telemetry from Kafka; see {@link KafkaReceiverConfig} for what it promises. */
final class KafkaReceiver implements Receiver {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(9);
  private static final long MIN_FETCH_BYTES = 64L << 10;
  private static final int HEAP_SHARE = 64;

  private final ComponentContext context;
  private final KafkaReceiverConfig config;
  private final Outputs outputs;
  private @Nullable Poller poller;
  private @Nullable TopicIds topicIds;
  private @Nullable Thread thread;

  KafkaReceiver(ComponentContext context, KafkaReceiverConfig config, Outputs outputs) {
    this.context = context;
    this.config = config;
    this.outputs = outputs;
  }

  @Override
  public void start() throws StartException {
    KafkaClientSettings client =
        KafkaClientSettings.of(config.client(), context.clock(), context.logger());
    Map<String, Object> properties = properties(client, config);
    TopicIds ids = new TopicIds(client);
    Poller.Setup setup = new Poller.Setup(context, config, outputs, ids, client.brokers());
    Poller polling =
        new Poller(
            setup,
            () ->
                new KafkaConsumer<>(
                    properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    topicIds = ids;
    poller = polling;
    thread =
        Thread.ofPlatform()
            .name(String.format(Locale.ROOT, "millrace-%s", context.id()))
            .daemon()
            .start(polling);
  }

  @Override
  public void stop() throws InterruptedException {
    Poller polling = poller;
    Thread running = thread;
    if (polling != null && running != null) {
      polling.stop();
      if (!running.join(STOP_LIMIT)) {
        running.interrupt();
      }
    }
    TopicIds ids = topicIds;
    if (ids != null) {
      ids.close();
    }
  }

  static Map<String, Object> properties(KafkaClientSettings client, KafkaReceiverConfig config) {
    Map<String, Object> map = client.properties();
    map.put(ConsumerConfig.GROUP_ID_CONFIG, config.groupId());
    if (!config.groupInstanceId().isEmpty()) {
      map.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, config.groupInstanceId());
    }
    map.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, assignors(config));
    map.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    map.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    map.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    map.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int) config.sessionTimeout().toMillis());
    map.put(
        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, (int) config.heartbeatInterval().toMillis());
    map.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, (int) config.minFetchSize().bytes());
    map.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, fetchBytes(config.maxFetchSize()));
    map.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) config.maxFetchWait().toMillis());
    map.put(
        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
        fetchBytes(config.maxPartitionFetchSize()));
    return map;
  }

  /** What is asked for at most: no more than a small heap has room for. */
  private static int fetchBytes(DataSize configured) {
    long share = Math.max(MIN_FETCH_BYTES, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    return (int) Math.min(configured.bytes(), share);
  }

  private static List<String> assignors(KafkaReceiverConfig config) {
    return config.strategies().stream()
        .map(
            strategy ->
                switch (strategy) {
                  case "range" -> RangeAssignor.class;
                  case "roundrobin" -> RoundRobinAssignor.class;
                  case "sticky" -> StickyAssignor.class;
                  default -> CooperativeStickyAssignor.class;
                })
        .map(Class::getName)
        .toList();
  }
}
