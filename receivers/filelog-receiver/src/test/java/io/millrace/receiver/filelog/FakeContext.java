package io.millrace.receiver.filelog;

import io.millrace.api.component.AgentHealth;
import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.ComponentId;
import io.millrace.api.component.DeadLetters;
import io.millrace.api.component.Health;
import io.millrace.api.component.Meter;
import io.millrace.api.component.PushStream;
import io.millrace.api.storage.Storage;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a runtime would offer, with a storage and instruments that tests can look at. */
final class FakeContext implements ComponentContext {
  final Map<String, AtomicLong> counters = new ConcurrentHashMap<>();
  final Map<String, DoubleSupplier> gauges = new ConcurrentHashMap<>();
  private final Storage storage;

  FakeContext(Storage storage) {
    this.storage = storage;
  }

  long count(String name) {
    AtomicLong value = counters.get(name);
    return value == null ? 0 : value.get();
  }

  double gauge(String name) {
    DoubleSupplier value = gauges.get(name);
    return value == null ? Double.NaN : value.getAsDouble();
  }

  @Override
  public ComponentId id() {
    return ComponentId.parse("filelog");
  }

  @Override
  public Logger logger() {
    return LoggerFactory.getLogger("filelog");
  }

  @Override
  public Clock clock() {
    return Clock.systemUTC();
  }

  @Override
  public Meter meter() {
    return new Meter() {
      @Override
      public Counter counter(String name, String description, Map<String, String> labels) {
        AtomicLong value = counters.computeIfAbsent(name, key -> new AtomicLong());
        return value::addAndGet;
      }

      @Override
      public AutoCloseable gauge(
          String name, String description, Map<String, String> labels, DoubleSupplier value) {
        gauges.put(name, value);
        return () -> gauges.remove(name);
      }
    };
  }

  @Override
  public String agentId() {
    return "agent";
  }

  @Override
  public Storage storage(@Nullable ComponentId extension) {
    return storage;
  }

  @Override
  public Path stateDirectory() {
    throw new UnsupportedOperationException();
  }

  @Override
  public <S> S service(Class<S> type, ComponentId extension) {
    throw new UnsupportedOperationException();
  }

  @Override
  public PushStream pushStream() {
    throw new UnsupportedOperationException();
  }

  @Override
  public DeadLetters deadLetters() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void report(Health health) {}

  @Override
  public AgentHealth agentHealth() {
    throw new UnsupportedOperationException();
  }
}
