package io.millrace.exporter.elasticsearch;

import io.millrace.api.telemetry.AttributeKey;
import io.millrace.api.telemetry.Attributes;
import io.millrace.api.telemetry.Item;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.ResourceGroup;
import io.millrace.api.telemetry.ScopeGroup;
import io.millrace.api.telemetry.Signal;
import io.millrace.api.telemetry.Value;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the index of an item, as the Collector does: the index configured, else the attribute
 * {@code elasticsearch.index}, else the data stream {@code type-dataset.otel-namespace} by the
 * attributes {@code data_stream.dataset} and {@code data_stream.namespace}. Attributes of the item
 * come before those of its scope, these before those of its resource. Thread-safe.
 *
 * <p>The name never depends on the clock, so that an item sent again goes where it went. One that
 * is read again does, too, since its times come out with the same date: a line of a file without a
 * time of its own has only an observed time, whose date is that of its first reading.
 */
final class IndexRouter {
  private static final AttributeKey INDEX = AttributeKey.of("elasticsearch.index");
  private static final AttributeKey DATASET = AttributeKey.of("data_stream.dataset");
  private static final AttributeKey NAMESPACE = AttributeKey.of("data_stream.namespace");
  private static final Pattern RECEIVER = Pattern.compile("/receiver/(\\w*receiver)");
  private static final String SUFFIX = ".otel";
  private static final int MAX_PART_LENGTH = 100;
  private static final int MAX_CACHED = 1024;

  /** Longer than any name that Elasticsearch takes; what is in the cache stays there. */
  private static final int MAX_CACHED_LENGTH = 512;

  private final Map<Signal, String> indices = new EnumMap<>(Signal.class);
  private final @Nullable DateSuffix date;
  private final Map<String, IndexName> cache = new ConcurrentHashMap<>();

  IndexRouter(ElasticsearchExporterConfig config) {
    for (Signal signal : Signal.readable()) {
      indices.put(signal, config.indexOf(signal));
    }
    date = config.logstashFormat().enabled() ? new DateSuffix(config.logstashFormat()) : null;
  }

  /**
   * The attributes of resource and scope that matter, looked up once for all their items.
   * Immutable.
   */
  record Around(@Nullable String index, @Nullable String dataset, @Nullable String namespace) {

    static Around of(ResourceGroup group, ScopeGroup scope) {
      Attributes inner = scope.scope().attributes();
      Attributes outer = group.resource().attributes();
      String dataset = first(DATASET, inner, outer);
      if (dataset == null) {
        Matcher receiver = RECEIVER.matcher(scope.scope().name());
        dataset = receiver.find() ? receiver.group(1) : null;
      }
      return new Around(first(INDEX, inner, outer), dataset, first(NAMESPACE, inner, outer));
    }

    private static @Nullable String first(AttributeKey key, Attributes inner, Attributes outer) {
      String text = text(inner.get(key));
      return text == null ? text(outer.get(key)) : text;
    }
  }

  /** The index of an item. */
  IndexName route(Signal signal, Around around, Item item) {
    IndexName name = undated(signal, around, item.attributes());
    if (date == null) {
      return name;
    }
    String index = name.index() + date.of(time(item));
    IndexName known = cache.get(index);
    return known != null ? known : remember(index, IndexName.plain(index));
  }

  /** The item's time as the document has it: its own, else when it was observed, else 0. */
  static long time(Item item) {
    long time = item.timeUnixNanos();
    return time == 0 && item instanceof LogRecord log ? log.observedTimeUnixNanos() : time;
  }

  private IndexName undated(Signal signal, Around around, Attributes attributes) {
    String configured = Objects.requireNonNull(indices.get(signal));
    if (!configured.isEmpty()) {
      IndexName known = cache.get(configured);
      return known != null ? known : remember(configured, IndexName.plain(configured));
    }
    String index = own(attributes, INDEX, around.index);
    if (index != null) {
      return IndexName.plain(index);
    }
    String dataset = own(attributes, DATASET, around.dataset);
    String namespace = own(attributes, NAMESPACE, around.namespace);
    String key = signal.id() + '\n' + dataset + '\n' + namespace;
    IndexName known = cache.get(key);
    return known != null ? known : remember(key, dataStream(signal, dataset, namespace));
  }

  private IndexName remember(String key, IndexName name) {
    if (key.length() <= MAX_CACHED_LENGTH && cache.size() < MAX_CACHED) {
      cache.put(key, name);
    }
    return name;
  }

  private static IndexName dataStream(
      Signal signal, @Nullable String dataset, @Nullable String namespace) {
    String cleanDataset =
        clean(
                dataset == null ? "generic" : dataset,
                "-\\/*?\"<>| ,#:",
                MAX_PART_LENGTH - SUFFIX.length())
            + SUFFIX;
    String cleanNamespace =
        clean(namespace == null ? "default" : namespace, "\\/*?\"<>| ,#:", MAX_PART_LENGTH);
    return new IndexName(
        signal.id() + "-" + cleanDataset + "-" + cleanNamespace, cleanDataset, cleanNamespace);
  }

  private static String clean(String text, String forbidden, int maxLength) {
    StringBuilder clean = new StringBuilder(text.length());
    String lower = text.toLowerCase(Locale.ROOT);
    for (int i = 0; i < Math.min(lower.length(), maxLength); i++) {
      char c = lower.charAt(i);
      clean.append(forbidden.indexOf(c) >= 0 ? '_' : c);
    }
    return clean.toString();
  }

  private static @Nullable String own(
      Attributes attributes, AttributeKey key, @Nullable String otherwise) {
    String text = text(attributes.get(key));
    return text == null ? otherwise : text;
  }

  private static @Nullable String text(@Nullable Value value) {
    String text = value == null ? "" : value.asText();
    return text.isEmpty() ? null : text;
  }
}
