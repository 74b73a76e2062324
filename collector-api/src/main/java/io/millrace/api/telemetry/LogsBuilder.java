package io.millrace.api.telemetry;

import java.util.List;
import java.util.function.Consumer;

/**
 * Makes a batch of logs record by record, straight into its bytes. Begin a group with {@link
 * #resource}, a scope with {@link #scope}, then call {@link #record} for each record; a group and a
 * scope without anything in them begin by themselves. One thread at a time; {@link #build} leaves
 * the builder as new, so one builder serves a reader for its whole life.
 */
public final class LogsBuilder {
  private static final int TAG_1 = Wire.tag(1, Wire.LEN);
  private static final int TAG_2 = Wire.tag(2, Wire.LEN);
  private static final int CLOSED = -1;

  /** What groups and scopes usually reach, records usually stay below: spares moving them. */
  private static final int LARGE = 1 << 14;

  private static final int SMALL = 1 << 7;
  private static final int FIRST_CAPACITY = 4096;

  private WireWriter out = new WireWriter(FIRST_CAPACITY);
  private final LogRecordEncoder encoder = new LogRecordEncoder();
  private int group = CLOSED;
  private int scope = CLOSED;
  private int record = CLOSED;
  private int items;

  LogsBuilder() {}

  /** Begins a group of a resource with these attributes. */
  public LogsBuilder resource(Consumer<AttributesWriter> attributes) {
    endGroup();
    group = out.begin(TAG_1, LARGE);
    int resource = out.begin(TAG_1, SMALL);
    attributes.accept(new AttributesEncoder(out, ResourceView.ATTRIBUTES));
    out.end(resource);
    return this;
  }

  /** Begins a scope in the current group. */
  public LogsBuilder scope(String name, String version) {
    endScope();
    if (group == CLOSED) {
      group = out.begin(TAG_1, LARGE);
    }
    scope = out.begin(TAG_2, LARGE);
    int instrumentation = out.begin(TAG_1, 0);
    if (!name.isEmpty()) {
      out.textField(TAG_1, name);
    }
    if (!version.isEmpty()) {
      out.textField(TAG_2, version);
    }
    out.end(instrumentation);
    return this;
  }

  /** Begins a record in the current scope; the one before is finished. */
  public LogRecordWriter record() {
    endRecord();
    if (group == CLOSED) {
      group = out.begin(TAG_1, LARGE);
    }
    if (scope == CLOSED) {
      scope = out.begin(TAG_2, LARGE);
    }
    record = out.begin(TAG_2, SMALL);
    items++;
    encoder.begin(out);
    return encoder;
  }

  /** Number of records so far. */
  public int itemCount() {
    return items;
  }

  /** About how large the batch would be; a few bytes more than it will have. */
  public int sizeBytes() {
    return out.size;
  }

  /**
   * The batch; the builder is as new.
   *
   * @throws IllegalStateException when some records have an origin and some have none
   */
  public Logs build() {
    endGroup();
    int count = items;
    Origins origins = encoder.origins();
    WireWriter written = out;
    out = new WireWriter(Math.max(FIRST_CAPACITY, written.size + (written.size >> 3)));
    items = 0;
    if (!origins.isNone() && origins.size() != count) {
      throw new IllegalStateException(
          "origins: " + origins.size() + " (expected: " + count + ", one per record)");
    }
    if (written.size == 0) {
      return new Logs(List.of(), Origins.NONE);
    }
    return new Logs(List.of(written.toChunk(count)), origins);
  }

  private void endRecord() {
    if (record != CLOSED) {
      out.end(record);
      record = CLOSED;
    }
  }

  private void endScope() {
    endRecord();
    if (scope != CLOSED) {
      out.end(scope);
      scope = CLOSED;
    }
  }

  private void endGroup() {
    endScope();
    if (group != CLOSED) {
      out.end(group);
      group = CLOSED;
    }
  }
}
