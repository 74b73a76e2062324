package io.millrace.core.component;

import io.millrace.api.component.AgentHealth;
import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.ComponentId;
import io.millrace.api.component.DeadLetters;
import io.millrace.api.component.Health;
import io.millrace.api.component.Meter;
import io.millrace.api.component.PushStream;
import io.millrace.api.storage.Storage;
import io.millrace.api.storage.StorageProvider;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Origins;
import io.millrace.core.state.DeadLetterStore;
import io.millrace.core.state.LetterOwner;
import io.millrace.core.telemetry.ComponentMeter;
import io.millrace.core.telemetry.Instruments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one instance of a component is offered. Thread-safe. */
public final class RuntimeContext implements ComponentContext {
  private final Identity identity;
  private final Services services;
  private final Logger logger;
  private final Meter meter;
  private final DeadLetters deadLetters;

  public RuntimeContext(Identity identity, Services services) {
    this.identity = identity;
    this.services = services;
    this.logger = LoggerFactory.getLogger(identity.name());
    this.meter = new ComponentMeter(services.instruments(), identity.labels());
    this.deadLetters = new OwnDeadLetters();
  }

  @Override
  public ComponentId id() {
    return identity.id();
  }

  @Override
  public Logger logger() {
    return logger;
  }

  @Override
  public Clock clock() {
    return services.clock();
  }

  @Override
  public Meter meter() {
    return meter;
  }

  @Override
  public String agentId() {
    return services.state().agentId();
  }

  @Override
  public Storage storage(@Nullable ComponentId extension) {
    try {
      if (extension == null) {
        return services.state().storage(identity.stateName());
      }
      Storage storage =
          service(StorageProvider.class, extension).open(identity.kind().id(), identity.id());
      return identity.pipeline().isEmpty()
          ? storage
          : new PrefixedStorage(storage, identity.pipeline() + " ");
    } catch (IOException e) {
      throw new UncheckedIOException("Storage cannot be opened: " + e.getMessage(), e);
    }
  }

  @Override
  public Path stateDirectory() {
    try {
      return services.state().componentDirectory(identity.stateName());
    } catch (IOException e) {
      throw new UncheckedIOException("State directory cannot be made: " + e.getMessage(), e);
    }
  }

  @Override
  public <S> S service(Class<S> type, ComponentId extension) {
    return services.extensions().service(type, extension);
  }

  @Override
  public PushStream pushStream() {
    try {
      long epoch = services.state().nextEpoch(identity.id().toString(), services.clock().millis());
      return new Sequence("push/" + agentId() + "/" + identity.id() + "/" + epoch);
    } catch (IOException e) {
      throw new UncheckedIOException("Epoch cannot be kept: " + e.getMessage(), e);
    }
  }

  @Override
  public DeadLetters deadLetters() {
    return deadLetters;
  }

  @Override
  public void report(Health health) {
    services.board().report(identity, HealthBoard.Aspect.REPORT, health);
  }

  @Override
  public AgentHealth agentHealth() {
    return services.board();
  }

  private static final class Sequence implements PushStream {
    private final String stream;
    private final AtomicLong next = new AtomicLong();

    Sequence(String stream) {
      this.stream = stream;
    }

    @Override
    public Origins next(int items) {
      return Origins.sequence(stream, next.getAndAdd(items), items);
    }
  }

  private Instruments.Tally samples(String kept) {
    Map<String, String> labels = new LinkedHashMap<>(identity.labels());
    labels.put("kept", kept);
    return services
        .instruments()
        .counter(
            "otelcol_dead_letter_samples",
            "Inputs of strangers that could not be read, by whether a sample was kept",
            labels);
  }

  private final class OwnDeadLetters implements DeadLetters {
    private final Instruments.Tally items =
        services
            .instruments()
            .counter(
                "otelcol_dead_letter_items",
                "Items that a component put aside itself; bytes that are no telemetry count as one",
                identity.labels());
    private final Instruments.Tally samples = samples("true");
    private final Instruments.Tally otherSamples = samples("false");
    private final LetterOwner owner =
        new LetterOwner(identity.kind().id(), identity.id(), identity.pipeline());

    @Override
    public void put(Batch batch, String reason) throws IOException {
      services.deadLetters().put(owner, List.of(new DeadLetterStore.Letter(batch, reason)));
      items.add(batch.itemCount());
    }

    @Override
    public void putRaw(byte[] bytes, String origin, String reason) throws IOException {
      services.deadLetters().putRaw(owner, bytes, origin, reason);
      items.add(1);
    }

    @Override
    public boolean sample(byte[] bytes, String origin, String reason) {
      boolean kept = services.deadLetters().sample(owner, bytes, origin, reason);
      (kept ? samples : otherSamples).add(1);
      return kept;
    }
  }
}
