package io.millrace.receiver.filelog;

import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.receiver.filelog.operator.QuarterHour;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether the storage knows, when a record comes out, in which quarter of an hour it was
 * read. For a bench with one file. Thread-safe.
 */
final class StoredDates {
  private final Bench bench;
  private final List<String> missing = new CopyOnWriteArrayList<>();

  StoredDates(Bench bench) {
    this.bench = bench;
  }

  /** Looks at each parcel, then decides as the other does. */
  Function<Parcel, @Nullable Outcome> lookThen(Function<Parcel, @Nullable Outcome> other) {
    return parcel -> {
      look(parcel);
      return other.apply(parcel);
    };
  }

  /** Records whose quarter of an hour was not stored, or another one. */
  List<String> missing() {
    return missing;
  }

  /** What the storage says of the file now. */
  List<ReadRun> readings() {
    try {
      for (Map.Entry<String, byte[]> entry : bench.storage().entries().entrySet()) {
        if (entry.getKey().startsWith("file/")) {
          return StreamState.decode(entry.getValue()).readings();
        }
      }
      return List.of();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void look(Parcel parcel) {
    List<ReadRun> readings = readings();
    int[] item = new int[1];
    parcel
        .batch()
        .forEachItem(
            (group, scope, each) -> {
              long start = parcel.batch().origins().start(item[0]++);
              long quarter = QuarterHour.of(((LogRecord) each).observedTimeUnixNanos());
              ReadRun run =
                  readings.stream().filter(one -> start < one.end()).findFirst().orElse(null);
              if (run == null || run.quarter() != quarter) {
                missing.add("[" + start + " in " + quarter + ": " + readings);
              }
            });
  }
}
