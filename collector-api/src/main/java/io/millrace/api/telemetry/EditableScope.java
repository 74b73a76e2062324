package io.millrace.api.telemetry;

/** The telemetry of one scope while it is changed. One thread at a time. */
public interface EditableScope {

  /** The group it is in. */
  EditableGroup group();

  /** The scope's name; empty when unknown. */
  String name();

  /** Sets the scope's name. */
  void name(String name);

  /** The scope's version; empty when unknown. */
  String version();

  /** Sets the scope's version. */
  void version(String version);

  /** Where the schema of the items is described; empty when unknown. */
  String schemaUrl();

  /** Sets where the schema of the items is described. */
  void schemaUrl(String url);

  /** The scope's attributes. */
  EditableAttributes attributes();

  /**
   * The items in order, arrived ones last; the data points of all metrics in a session of metrics.
   * Each call starts anew and shows what is there now.
   */
  Iterable<EditableItem> items();

  /** The metrics in order; nothing in logs and traces. Each call starts anew. */
  Iterable<EditableMetric> metrics();

  /**
   * Adds a copy of an item at the end. The copy of an item of this session gets the same origin
   * with a sub-index of its own, and so does the item itself, so that their document ids differ.
   *
   * @param item an item of this session as it is now; of any batch of the same signal when the
   *     session's batch has no origins
   * @throws IllegalArgumentException when the item is of another signal, or has no origin here
   */
  EditableItem add(Item item);

  /** Removes the scope and all its items. */
  void remove();

  /** How many attributes of the scope the producer left out. */
  long droppedAttributesCount();

  /** Sets how many attributes of the scope the producer left out. */
  void droppedAttributesCount(long count);

  /**
   * Adds an empty log record at the end.
   *
   * @throws IllegalArgumentException when this is no session of logs, or when its batch has origins
   *     and the new item would have none
   */
  EditableLogRecord addLogRecord();

  /**
   * Adds an empty span at the end.
   *
   * @throws IllegalArgumentException when this is no session of traces, or when its batch has
   *     origins and the new item would have none
   */
  EditableSpan addSpan();

  /**
   * Adds a metric at the end; it vanishes when it stays without points, and is shown once it has
   * one.
   *
   * @param type anything but {@link MetricType#NONE}
   * @throws IllegalArgumentException when this is no session of metrics, or for another type
   */
  EditableMetric addMetric(String name, MetricType type);
}
