package io.millrace.core.telemetry;

import io.millrace.api.component.Meter;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.opentelemetry.sdk.resources.Resource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/**
 * The agent's instruments, kept by the OpenTelemetry SDK and read as a whole. Thread-safe.
 *
 * <p>Names carry the prefix {@code otelcol_} already. Counters add to a {@link LongAdder} that the
 * SDK reads at collection, so that counting costs the hot path nothing else; the same name and
 * labels give the same counter.
 */
public final class Instruments implements AutoCloseable {
  private static final List<Double> LATENCY_BOUNDS_SECONDS =
      List.of(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 60.0, 600.0, 3600.0);

  private final SdkMeterProvider provider;
  private final io.opentelemetry.api.metrics.Meter meter;
  private final Reader reader = new Reader();
  private final Map<String, Map<Attributes, Tally>> counters = new ConcurrentHashMap<>();
  private final Map<String, Map<Attributes, DoubleSupplier>> gauges = new ConcurrentHashMap<>();
  private final Map<String, DoubleHistogram> histograms = new ConcurrentHashMap<>();

  /** Instruments of an agent with these attributes. */
  public Instruments(Map<String, String> resource) {
    AttributesBuilder attributes = Attributes.builder();
    resource.forEach(attributes::put);
    this.provider =
        SdkMeterProvider.builder()
            .setResource(Resource.create(attributes.build()))
            .registerMetricReader(reader)
            .build();
    this.meter = provider.get("io.millrace");
  }

  /** A sum that only grows, and can be read back. Thread-safe. */
  public static final class Tally implements Meter.Counter {
    private final LongAdder sum = new LongAdder();

    @Override
    public void add(long increment) {
      sum.add(increment);
    }

    public long value() {
      return sum.sum();
    }
  }

  /** The counter of a name and labels, made when absent. */
  public Tally counter(String name, String description, Map<String, String> labels) {
    return counters
        .computeIfAbsent(name, key -> register(key, description))
        .computeIfAbsent(attributes(labels), key -> new Tally());
  }

  /**
   * A gauge that is read at every collection until it is closed. One with the same name and labels
   * takes its place.
   */
  public AutoCloseable gauge(
      String name, String description, Map<String, String> labels, DoubleSupplier value) {
    Attributes key = attributes(labels);
    Map<Attributes, DoubleSupplier> series =
        gauges.computeIfAbsent(name, absent -> registerGauge(absent, description));
    series.put(key, value);
    return () -> series.remove(key, value);
  }

  /** A sum that somebody else keeps and that only grows, read at every collection. */
  public void sum(String name, String description, DoubleSupplier value) {
    var _ =
        meter
            .counterBuilder(name)
            .ofDoubles()
            .setDescription(description)
            .buildWithCallback(
                measurement -> {
                  double now = read(value);
                  if (!Double.isNaN(now)) {
                    measurement.record(now);
                  }
                });
  }

  /** A histogram of durations. */
  public Latency latency(String name, String description, Map<String, String> labels) {
    DoubleHistogram histogram =
        histograms.computeIfAbsent(
            name,
            key ->
                meter
                    .histogramBuilder(key)
                    .setDescription(description)
                    .setUnit("s")
                    .setExplicitBucketBoundariesAdvice(LATENCY_BOUNDS_SECONDS)
                    .build());
    return new Latency(histogram, attributes(labels));
  }

  /** A histogram of durations with its labels. Thread-safe. */
  public static final class Latency {
    private final DoubleHistogram histogram;
    private final Attributes labels;

    Latency(DoubleHistogram histogram, Attributes labels) {
      this.histogram = histogram;
      this.labels = labels;
    }

    public void record(long nanos) {
      histogram.record(Math.max(0, nanos) / 1e9, labels);
    }
  }

  /** The state of every instrument now. */
  public Collection<MetricData> collect() {
    return reader.collect();
  }

  @Override
  public void close() {
    provider.close();
  }

  private Map<Attributes, Tally> register(String name, String description) {
    Map<Attributes, Tally> series = new ConcurrentHashMap<>();
    var _ =
        meter
            .counterBuilder(name)
            .setDescription(description)
            .buildWithCallback(
                measurement ->
                    series.forEach((labels, tally) -> measurement.record(tally.value(), labels)));
    return series;
  }

  private Map<Attributes, DoubleSupplier> registerGauge(String name, String description) {
    Map<Attributes, DoubleSupplier> series = new ConcurrentHashMap<>();
    var _ =
        meter
            .gaugeBuilder(name)
            .setDescription(description)
            .buildWithCallback(
                measurement ->
                    series.forEach(
                        (labels, value) -> {
                          double now = read(value);
                          if (!Double.isNaN(now)) {
                            measurement.record(now, labels);
                          }
                        }));
    return series;
  }

  /** A component's supplier may throw; its series is then absent, the others are not. */
  private static double read(DoubleSupplier value) {
    try {
      return value.getAsDouble();
    } catch (RuntimeException e) {
      return Double.NaN;
    }
  }

  private static Attributes attributes(Map<String, String> labels) {
    AttributesBuilder builder = Attributes.builder();
    labels.forEach(builder::put);
    return builder.build();
  }

  /** Collects when asked. */
  private static final class Reader implements MetricReader {
    private final AtomicReference<CollectionRegistration> registration =
        new AtomicReference<>(CollectionRegistration.noop());

    Collection<MetricData> collect() {
      return registration.get().collectAllMetrics();
    }

    @Override
    public void register(CollectionRegistration source) {
      registration.set(source);
    }

    @Override
    public AggregationTemporality getAggregationTemporality(InstrumentType type) {
      return AggregationTemporality.CUMULATIVE;
    }

    @Override
    public CompletableResultCode forceFlush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }
}
