package io.millrace.exporter.kafka;

import io.millrace.api.component.ExportOutcome.RejectedItem;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.AttributeKey;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Item;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.Origins;
import io.millrace.api.telemetry.ResourceGroup;
import io.millrace.api.telemetry.ScopeGroup;
import io.millrace.api.telemetry.Span;
import io.millrace.api.telemetry.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Splits a batch by destination. Thread-safe.
 *
 * <p>The partition follows, in this order: {@code record_partitioner.round_robin}, the record's
 * key, the stream of the item's origin; a batch without origins goes to the next partition in turn.
 * Items of one destination keep their order.
 */
final class Router {
  private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

  private final KafkaExporterConfig config;
  private final @Nullable AttributeKey topicAttribute;
  private final KeyHash keyHash;
  private final boolean roundRobin;
  private final AtomicInteger turn = new AtomicInteger();

  Router(KafkaExporterConfig config) {
    this.config = config;
    this.topicAttribute =
        config.topicFromAttribute().isEmpty() ? null : AttributeKey.of(config.topicFromAttribute());
    this.keyHash = config.recordPartitioner().keyHash();
    this.roundRobin = config.recordPartitioner().roundRobin() != null;
  }

  /** Tells how many partitions a topic has. */
  @FunctionalInterface
  interface Partitions {
    /**
     * Asks; may block.
     *
     * @throws UndeliverableException when it cannot be told
     */
    int of(String topic) throws UndeliverableException, InterruptedException;
  }

  /**
   * What becomes of a batch. Immutable.
   *
   * @param shipments its parts, in an order that keeps that of each stream
   * @param rejected items whose topic can never exist
   */
  record Plan(List<Shipment> shipments, List<RejectedItem> rejected) {}

  /**
   * Splits a batch.
   *
   * @param batch at least one item
   */
  Plan route(Batch batch, RequestContext context, Partitions partitions)
      throws UndeliverableException, InterruptedException {
    KafkaExporterConfig.SignalConfig signal = config.of(batch.signal());
    String named = metadata(context, signal.topicFromMetadataKey());
    byte[] key = bytes(metadata(context, signal.messageKeyFromMetadataKey()));
    KeySource keySource = key == null ? config.keySourceOf(batch.signal()) : KeySource.NONE;
    String topic = named == null ? config.topicOf(batch.signal()) : named;
    if (named != null && !legal(named)) {
      List<RejectedItem> all = new ArrayList<>();
      for (int i = 0; i < batch.itemCount(); i++) {
        all.add(rejected(i, named));
      }
      return new Plan(List.of(), all);
    }
    if (keySource == KeySource.NONE && (named != null || topicAttribute == null)) {
      return new Plan(byStream(batch, topic, key, partitions.of(topic)), List.of());
    }
    return byItem(batch, new Choice(topic, named == null, key, keySource), partitions);
  }

  private List<Shipment> byStream(
      Batch batch, String topic, byte @Nullable [] key, int partitions) {
    Origins origins = batch.origins();
    if (key != null || roundRobin || origins.isNone()) {
      int partition =
          key == null || roundRobin ? next(partitions) : keyHash.partition(key, partitions);
      return List.of(Shipment.whole(new Destination(topic, partition, key), batch));
    }
    Map<Integer, BitSet> items = new LinkedHashMap<>();
    int spare = -1;
    for (Origins.Run run : origins.runs()) {
      boolean known = !run.stream().isEmpty();
      spare = known || spare >= 0 ? spare : next(partitions);
      items
          .computeIfAbsent(
              known ? KeyHash.ofStream(run.stream(), partitions) : spare, p -> new BitSet())
          .set(run.fromItem(), run.toItem());
    }
    if (items.size() == 1) {
      int partition = items.keySet().iterator().next();
      return List.of(Shipment.whole(new Destination(topic, partition, null), batch));
    }
    List<Shipment> shipments = new ArrayList<>(items.size());
    items.forEach(
        (partition, some) ->
            shipments.add(Shipment.of(new Destination(topic, partition, null), batch, some)));
    return shipments;
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Choice(
      String topic, boolean attribute, byte @Nullable [] key, KeySource keySource) {}

  private record TopicAndKey(String topic, String key) {}

  private Plan byItem(Batch batch, Choice choice, Partitions partitions)
      throws UndeliverableException, InterruptedException {
    Map<TopicAndKey, BitSet> groups = new LinkedHashMap<>();
    for (ResourceGroup group : batch.groups()) {
      String topic = choice.attribute ? topic(group, choice.topic) : choice.topic;
      String hash = choice.keySource == KeySource.RESOURCE ? ResourceHash.of(group) : "";
      for (ScopeGroup scope : group.scopes()) {
        for (Item item : scope.items()) {
          String key = choice.keySource == KeySource.TRACE_ID ? traceId(item) : hash;
          groups.computeIfAbsent(new TopicAndKey(topic, key), k -> new BitSet()).set(item.index());
        }
      }
    }
    List<Shipment> shipments = new ArrayList<>(groups.size());
    List<RejectedItem> rejected = new ArrayList<>();
    for (Map.Entry<TopicAndKey, BitSet> entry : groups.entrySet()) {
      TopicAndKey target = entry.getKey();
      if (!legal(target.topic)) {
        entry.getValue().stream().forEach(i -> rejected.add(rejected(i, target.topic)));
        continue;
      }
      int count = partitions.of(target.topic);
      byte[] key = choice.keySource == KeySource.NONE ? choice.key : bytes(emptyToNull(target.key));
      Batch part = groups.size() == 1 ? batch : batch.select(entry.getValue());
      int[] items = entry.getValue().stream().toArray();
      for (Shipment shipment : byStream(part, target.topic, key, count)) {
        shipments.add(
            new Shipment(shipment.destination(), shipment.part(), pick(items, shipment.items())));
      }
    }
    return new Plan(shipments, rejected);
  }

  private static boolean legal(String topic) {
    return TOPIC.matcher(topic).matches() && !topic.equals(".") && !topic.equals("..");
  }

  private static RejectedItem rejected(int item, String topic) {
    return new RejectedItem(
        item, "topic \"" + topic + "\" (expected: up to 249 letters, digits, \".\", \"_\", \"-\")");
  }

  private static int[] pick(int[] items, int[] positions) {
    int[] picked = new int[positions.length];
    for (int i = 0; i < picked.length; i++) {
      picked[i] = items[positions[i]];
    }
    return picked;
  }

  private String topic(ResourceGroup group, String otherwise) {
    Value value = topicAttribute == null ? null : group.resource().attributes().get(topicAttribute);
    String text = value == null ? "" : value.asText();
    return text.isEmpty() ? otherwise : text;
  }

  private static String traceId(Item item) {
    return switch (item) {
      case LogRecord log -> log.traceId();
      case Span span -> span.traceId();
      default -> "";
    };
  }

  private int next(int partitions) {
    return Math.floorMod(turn.getAndIncrement(), partitions);
  }

  private static @Nullable String metadata(RequestContext context, String key) {
    if (key.isEmpty()) {
      return null;
    }
    List<String> values = context.metadata().get(key.toLowerCase(Locale.ROOT));
    return values == null || values.isEmpty() ? null : emptyToNull(values.getFirst());
  }

  private static @Nullable String emptyToNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }
}
