package io.millrace.testkit;

import io.millrace.api.component.Meter;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/** A meter whose instruments tests read. Thread-safe. */
public final class RecordingMeter implements Meter {
  private final Map<Instrument, LongAdder> counters = new ConcurrentHashMap<>();
  private final Map<Instrument, DoubleSupplier> gauges = new ConcurrentHashMap<>();

  @Override
  public Counter counter(String name, String description, Map<String, String> labels) {
    LongAdder sum = counters.computeIfAbsent(new Instrument(name, labels), key -> new LongAdder());
    return increment -> {
      if (increment < 0) {
        throw new IllegalArgumentException(name + ": " + increment + " (expected: 0 or more)");
      }
      sum.add(increment);
    };
  }

  @Override
  public AutoCloseable gauge(
      String name, String description, Map<String, String> labels, DoubleSupplier value) {
    Instrument instrument = new Instrument(name, labels);
    gauges.put(instrument, value);
    return () -> gauges.remove(instrument, value);
  }

  /** What a counter has come to, over all labels; 0 when there is none. */
  public long count(String name) {
    return counters.entrySet().stream()
        .filter(entry -> entry.getKey().name().equals(name))
        .mapToLong(entry -> entry.getValue().sum())
        .sum();
  }

  /** What a counter with exactly these labels has come to; 0 when there is none. */
  public long count(String name, Map<String, String> labels) {
    LongAdder sum = counters.get(new Instrument(name, labels));
    return sum == null ? 0 : sum.sum();
  }

  /** What a gauge shows now, summed over all labels; empty when there is none. */
  public OptionalDouble gauge(String name) {
    double[] values =
        gauges.entrySet().stream()
            .filter(entry -> entry.getKey().name().equals(name))
            .mapToDouble(entry -> entry.getValue().getAsDouble())
            .toArray();
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return values.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum);
  }

  /** What a gauge with exactly these labels shows now; empty when there is none. */
  public OptionalDouble gauge(String name, Map<String, String> labels) {
    DoubleSupplier value = gauges.get(new Instrument(name, labels));
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value.getAsDouble());
  }

  /** All counters and what they have come to. */
  @Override
  public String toString() {
    return counters.toString();
  }

  private record Instrument(String name, Map<String, String> labels) {
    Instrument {
      labels = Map.copyOf(labels);
    }
  }
}
