package io.millrace.core.graph;

import io.millrace.api.component.ComponentFactory;
import io.millrace.api.component.ComponentId;
import io.millrace.api.component.DeliverySettings;
import io.millrace.api.telemetry.Signal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A component as configured. Immutable.
 *
 * @param id the id in the file
 * @param factory makes it
 * @param config its record, an instance of {@link ComponentFactory#configType}
 * @param delivery the runtime's keys of an exporter ({@code timeout}, {@code retry_on_failure},
 *     {@code sending_queue}); null for the other kinds
 * @param queueStorage the extension named by {@code sending_queue.storage}; null for none
 */
public record Configured(
    ComponentId id,
    ComponentFactory<?> factory,
    Record config,
    @Nullable DeliverySettings delivery,
    @Nullable ComponentId queueStorage) {

  /** A component without the runtime's delivery keys. */
  public static Configured of(ComponentId id, ComponentFactory<?> factory, Record config) {
    return new Configured(id, factory, config, null, null);
  }

  /** The signals that it handles as it is configured. */
  public Set<Signal> signals() {
    return Factories.signals(this);
  }
}
