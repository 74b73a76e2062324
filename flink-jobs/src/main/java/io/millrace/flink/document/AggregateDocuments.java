package io.millrace.flink.document;

import io.millrace.flink.aggregate.GroupState;
import io.millrace.flink.aggregate.Tally;
import io.millrace.flink.config.AggregateDefinition;
import io.millrace.flink.config.Measure;
import io.millrace.flink.config.Statistic;
import org.jspecify.annotations.Nullable;

/** The documents of windows; see the layout in {@code io.millrace.flink}. */
public final class AggregateDocuments {

  private static final double MILLIS_PER_SECOND = 1e3;
  private static final int ID_RADIX = 36;

  private AggregateDocuments() {}

  /**
   * The start of the window that a {@link io.millrace.flink.aggregate.Partial#key()} stands for.
   */
  public static long windowStart(String key) {
    return Long.parseLong(key.substring(key.lastIndexOf('/') + 1));
  }

  /**
   * The document of a group.
   *
   * @param key {@link io.millrace.flink.aggregate.Partial#key()} of the window
   * @param closing whether nothing can be added any more
   */
  public static Document of(
      IndexNames indices,
      AggregateDefinition definition,
      String key,
      GroupState group,
      boolean closing) {
    long start = windowStart(key);
    Tally tally = group.tally();
    JsonText json = new JsonText();
    json.time("@timestamp", start)
        .field("aggregate", definition.name())
        .field("definition", definition.id().substring(definition.name().length() + 1))
        .field("signal", definition.signal().id());
    window(json, definition, start);
    json.field("final", closing).field("other", group.other());
    group(json, definition, group.values());
    json.field("count", tally.count())
        .field("_doc_count", Math.min(Integer.MAX_VALUE, tally.count()))
        .field("clamped", tally.clamped());
    if (definition.errorRatio()) {
      json.field("errors", tally.errors())
          .field("error_ratio", (double) tally.errors() / tally.count());
    }
    if (definition.rate()) {
      json.field("rate", tally.count() * MILLIS_PER_SECOND / definition.windowMillis());
    }
    json.beginObject("fields");
    for (int i = 0; i < definition.measures().size(); i++) {
      measure(json, definition.measures().get(i), tally, i);
    }
    json.endObject();
    return new Document(
        indices.aggregate(definition.name(), start),
        Long.toString(start / 1000, ID_RADIX)
            + "-"
            + DocumentId.of(key, group.other() ? "other" : "", GroupText.of(group.values())),
        2 * tally.count() + (closing ? 1 : 0),
        json.toBytes());
  }

  static void window(JsonText json, AggregateDefinition definition, long start) {
    json.beginObject("window")
        .time("start", start)
        .time("end", start + definition.windowMillis())
        .field("seconds", definition.windowMillis() / MILLIS_PER_SECOND)
        .endObject();
  }

  static void group(JsonText json, AggregateDefinition definition, @Nullable String[] values) {
    json.beginObject("group");
    for (int i = 0; i < values.length; i++) {
      String value = values[i];
      if (value != null) {
        json.field(definition.groupBy().get(i).text(), value);
      }
    }
    json.endObject();
  }

  private static void measure(JsonText json, Measure measure, Tally tally, int index) {
    long count = tally.counts()[index];
    json.beginObject(measure.name()).field("count", count);
    if (count > 0) {
      for (Statistic statistic : measure.statistics()) {
        if (statistic != Statistic.COUNT) {
          json.field(statistic.id(), value(statistic, tally, index));
        }
      }
    }
    json.endObject();
  }

  private static double value(Statistic statistic, Tally tally, int index) {
    return switch (statistic) {
      case COUNT -> tally.counts()[index];
      case SUM -> tally.sum(index);
      case MIN -> tally.minimums()[index];
      case MAX -> tally.maximums()[index];
      case AVG -> tally.sum(index) / tally.counts()[index];
      case P50, P75, P90, P95, P99 -> tally.quantile(index, statistic.quantile());
    };
  }
}
