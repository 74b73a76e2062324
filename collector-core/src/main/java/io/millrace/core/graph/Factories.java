package io.millrace.core.graph;

import io.millrace.api.component.Acknowledge;
import io.millrace.api.component.ComponentFactory;
import io.millrace.api.component.ConnectorFactory;
import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.ExporterFactory;
import io.millrace.api.component.ExtensionFactory;
import io.millrace.api.component.ProcessorFactory;
import io.millrace.api.component.ReceiverFactory;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.component.Calls;
import java.util.Optional;
import java.util.Set;

/**
 * Factories for any record. The casts hold as long as a component is given the record that was
 * bound for its factory, which is what {@link Configured} says.
 */
@SuppressWarnings("unchecked") // See above.
final class Factories {

  private Factories() {}

  static ReceiverFactory<Record> receiver(ComponentFactory<?> factory) {
    return (ReceiverFactory<Record>) factory;
  }

  /** When a receiver acknowledges. */
  static Acknowledge acknowledge(Configured configured) {
    ReceiverFactory<Record> factory = receiver(configured.factory());
    ClassLoader before = Calls.enter(factory.getClass().getClassLoader());
    try {
      return factory.acknowledge(configured.config());
    } finally {
      Calls.leave(before);
    }
  }

  static ProcessorFactory<Record> processor(ComponentFactory<?> factory) {
    return (ProcessorFactory<Record>) factory;
  }

  /** The signals that a component handles as it is configured. */
  static Set<Signal> signals(Configured configured) {
    ComponentFactory<Record> factory = (ComponentFactory<Record>) configured.factory();
    ClassLoader before = Calls.enter(factory.getClass().getClassLoader());
    try {
      return factory.signals(configured.config());
    } finally {
      Calls.leave(before);
    }
  }

  /** What a component loses in a crash, in words. */
  static Optional<String> lostInACrash(Configured configured) {
    ComponentFactory<Record> factory = (ComponentFactory<Record>) configured.factory();
    ClassLoader before = Calls.enter(factory.getClass().getClassLoader());
    try {
      return factory.lostInACrash(configured.config());
    } finally {
      Calls.leave(before);
    }
  }

  /** The delivery settings of an exporter, once its own keys have had their say. */
  static DeliverySettings delivery(Configured configured) {
    ExporterFactory<Record> factory = exporter(configured.factory());
    ClassLoader before = Calls.enter(factory.getClass().getClassLoader());
    try {
      DeliverySettings common = configured.delivery();
      return factory.delivery(
          configured.config(), common == null ? factory.deliveryDefaults() : common);
    } finally {
      Calls.leave(before);
    }
  }

  static ExporterFactory<Record> exporter(ComponentFactory<?> factory) {
    return (ExporterFactory<Record>) factory;
  }

  static ConnectorFactory<Record> connector(ComponentFactory<?> factory) {
    return (ConnectorFactory<Record>) factory;
  }

  static ExtensionFactory<Record> extension(ComponentFactory<?> factory) {
    return (ExtensionFactory<Record>) factory;
  }
}
