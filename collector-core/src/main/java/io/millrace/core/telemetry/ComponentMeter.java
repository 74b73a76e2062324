package io.millrace.core.telemetry;

import io.millrace.api.component.Meter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** The instruments of one component. Thread-safe. */
public final class ComponentMeter implements Meter {
  private static final String PREFIX = "otelcol_";

  private final Instruments instruments;
  private final Map<String, String> identity;

  /**
   * Makes a component's meter.
   *
   * @param identity the labels that every instrument of the component has
   */
  public ComponentMeter(Instruments instruments, Map<String, String> identity) {
    this.instruments = instruments;
    this.identity = Map.copyOf(identity);
  }

  @Override
  public Counter counter(String name, String description, Map<String, String> labels) {
    return instruments.counter(PREFIX + name, description, with(labels));
  }

  @Override
  public AutoCloseable gauge(
      String name, String description, Map<String, String> labels, DoubleSupplier value) {
    return instruments.gauge(PREFIX + name, description, with(labels), value);
  }

  private Map<String, String> with(Map<String, String> labels) {
    Map<String, String> all = new LinkedHashMap<>(labels);
    all.putAll(identity);
    return all;
  }
}
